// Where a process is in the cgroup file system.

internal import Linux

/// Where a process is in the cgroup file system (cgroups(7), /proc/pid/cgroup).
enum ProcessCgroup {
  /// The path from the root of the version 2 tree, or of the freezer's version 1 hierarchy; nil when the process is
  /// gone or in none of these.
  static func path(of pid: Int32, isUnified: Bool) -> String? {
    guard let bytes = try? Descriptor.workingDirectory.readFile("/proc/\(pid)/cgroup") else { return nil }
    return path(in: String(decoding: bytes, as: UTF8.self), isUnified: isUnified)
  }

  /// Each line is `number:controllers:path`, without controllers for version 2.
  static func path(in text: String, isUnified: Bool) -> String? {
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      let isWanted = isUnified ? parts[0] == "0" : parts[1].split(separator: ",").contains("freezer")
      // A group that was removed below a process tells so behind its path.
      if isWanted && parts[2].hasPrefix("/") && !parts[2].hasSuffix(" (deleted)") { return String(parts[2]) }
    }
    return nil
  }
}
