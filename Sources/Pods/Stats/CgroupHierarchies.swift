// Where the files of cgroups are.

internal import Linux

/// Where the files of cgroups are: the mount points of the version 2 tree, or of each controller of version 1.
struct CgroupHierarchies: Sendable {
  /// The mount point of version 2, where nothing else is mounted.
  private let unified: String?
  private let controllers: [String: String]
  private let hugepageSizes: Set<String>

  init(_ mounts: [CgroupMount], _ host: HostFacts) {
    unified = host.hasUnifiedCgroupsOnly ? mounts.first(where: \.isUnified)?.place : nil
    var controllers: [String: String] = [:]
    for mount in mounts where !mount.isUnified {
      for option in mount.options { controllers[String(option)] = mount.place }
    }
    self.controllers = controllers
    hugepageSizes = host.hugepageSizes ?? []
  }

  /// - Parameter path: of the group, in every hierarchy.
  /// - Returns: nil when there is no such group.
  func usage(of path: String, moment: Int64) -> CgroupUsage? {
    guard var usage = ownFiles(of: path, moment: moment) else { return nil }
    // The file of the group itself does not list those below it.
    if usage.processes != nil { usage.processes = UInt64(processIDs(in: path).count) }
    return usage
  }

  private func ownFiles(of path: String, moment: Int64) -> CgroupUsage? {
    let usage: CgroupUsage
    if let unified {
      usage = CgroupUsage(
        unified: { CgroupHierarchies.text("\(unified)\(path)/\($0)") }, hugepageSizes: hugepageSizes, moment: moment)
    } else {
      usage = CgroupUsage(
        separate: { controller, name in
          controllers[controller].flatMap { CgroupHierarchies.text("\($0)\(path)/\(name)") }
        }, hugepageSizes: hugepageSizes, moment: moment)
    }
    return usage.processor.total == nil && usage.memory.usage == nil ? nil : usage
  }

  /// The processor time alone, in nanoseconds: what is sampled.
  func processorTime(of path: String) -> UInt64? {
    if let unified {
      return StatText.table(CgroupHierarchies.text("\(unified)\(path)/cpu.stat"))["usage_usec"].map { $0 * 1000 }
    }
    return controllers["cpuacct"].flatMap { StatText.number(CgroupHierarchies.text("\($0)\(path)/cpuacct.usage")) }
  }

  /// The processes of a group and of all below it.
  func processIDs(in path: String) -> Set<Int32> {
    guard let root = unified ?? controllers["pids"] ?? controllers["freezer"] else { return [] }
    var found: Set<Int32> = []
    var folders = [root + path]
    // What a container makes below its group is bounded by the kernel; a walk without end is ruled out here.
    for _ in 0..<10000 {
      guard let folder = folders.popLast() else { break }
      for word in CgroupHierarchies.text(folder + "/cgroup.procs")?.split(separator: "\n") ?? [] {
        if let pid = Int32(word) { found.insert(pid) }
      }
      guard let directory = try? Descriptor.workingDirectory.open(folder, [.readOnly, .directory]),
        let entries = try? directory.entries()
      else { continue }
      for entry in entries where entry.kind == .directory { folders.append(folder + "/" + entry.name) }
    }
    return found
  }

  private static func text(_ path: String) -> String? {
    (try? Descriptor.workingDirectory.readFile(path, limit: 16 << 20)).map { String(decoding: $0, as: UTF8.self) }
  }
}
