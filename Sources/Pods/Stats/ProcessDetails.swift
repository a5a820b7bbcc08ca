// What the processes of a container hold open.

internal import Foundation
internal import Linux

/// What the processes of a container hold open, and what its first one may.
public struct ProcessDetails: Equatable, Sendable {
  public var descriptors: UInt64 = 0
  public var sockets: UInt64 = 0
  /// How many descriptors the first process may have (setrlimit(2), RLIMIT_NOFILE); nil when it is gone.
  public var descriptorLimit: UInt64?

  /// A process that ends meanwhile counts nothing.
  init(processes: Set<Int32>, first: Int32?) {
    for pid in processes {
      let folder = "/proc/\(pid)/fd"
      guard let directory = try? Descriptor.workingDirectory.open(folder, [.readOnly, .directory]),
        let entries = try? directory.entries()
      else { continue }
      descriptors += UInt64(entries.count)
      for entry in entries {
        if (try? directory.readLink(entry.name))?.hasPrefix("socket:") == true { sockets += 1 }
      }
    }
    guard let first, let bytes = try? Descriptor.workingDirectory.readFile("/proc/\(first)/limits") else { return }
    descriptorLimit = ProcessDetails.descriptorLimit(in: String(decoding: bytes, as: UTF8.self))
  }

  /// The soft limit in a table of limits (proc(5), /proc/pid/limits).
  static func descriptorLimit(in text: String) -> UInt64? {
    let name = "Max open files"
    guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix(name) }) else { return nil }
    return line.dropFirst(name.count).split(separator: " ").first.flatMap { UInt64($0) }
  }
}

extension Node {
  /// What the processes of containers hold open, by the ids of the containers.
  public func processDetails(of records: [ContainerRecord]) async throws -> [String: ProcessDetails] {
    try await pool.run("stats") {
      var found: [String: ProcessDetails] = [:]
      for record in records {
        found[record.id] = ProcessDetails(
          processes: self.hierarchies.processIDs(in: record.cgroup), first: record.process?.pid)
      }
      return found
    }
  }
}
