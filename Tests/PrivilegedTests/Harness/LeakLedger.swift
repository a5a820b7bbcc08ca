// The leak ledger: what is on the host before a test and must be the same after it.

import Foundation
import Glibc
import Linux
import Synchronization

/// Compares the host before and after one test. A difference is a leak, and a leak fails the test.
struct LeakLedger {
  /// What the test's ids, cgroups and folders carry.
  let name: String
  let folder: String
  let stateRoot: String

  private let mounts: Set<MountInfo>
  private let descendants: Set<Int32>
  private let descriptors: [String: Int]
  private let networkNamespaces: Set<String>
  private let strays: StrayFolders

  init(name: String, folder: String, stateRoot: String) {
    self.name = name
    self.folder = folder
    self.stateRoot = stateRoot
    mounts = Set(Host.mounts)
    descendants = Set(LeakLedger.descendants(in: RunningProcess.all()))
    descriptors = LeakLedger.openDescriptors()
    networkNamespaces = Set(LeakLedger.networkNamespaceFiles())
    strays = StrayFolders(name: name)
  }

  /// What is left, in words; waits a moment for what is just ending.
  func leaks(patience: Double = 2) -> [String] {
    var found: [String] = []
    _ = eventually(within: patience) {
      found = look()
      return found.isEmpty
    }
    return found
  }

  private func look() -> [String] {
    let now = Set(Host.mounts)
    let open = LeakLedger.openDescriptors()
    return processes().map { "process \($0.pid): \($0.words)" }
      + cgroups().map { "cgroup \($0)" }
      + strays.paths.map { "folder \($0)" }
      + now.subtracting(mounts).filter(isOurs).map { "mount \($0.type) on \($0.point)" }
      + mounts.subtracting(now).filter(isOurs).map { "lost mount \($0.type) on \($0.point)" }
      + Set(LeakLedger.networkNamespaceFiles()).subtracting(networkNamespaces).map { "network namespace \($0)" }
      + states().map { "state \($0)" }
      + open.filter { $0.value > descriptors[$0.key, default: 0] }.map { "descriptor of \($0.key)" }
  }

  /// Whether a mount can be the test's: other programs of the host mount in their own folders while it runs.
  private func isOurs(_ mount: MountInfo) -> Bool {
    mount.point.contains(name)
      || !["/tmp/", "/var/tmp/", "/var/lib/containers/", "/run/containers/"].contains { mount.point.hasPrefix($0) }
  }

  /// Living processes that descend from the test or carry its name.
  private func processes() -> [RunningProcess] {
    Orphans.reap()
    let all = RunningProcess.all()
    let awaited = Child.awaited.withLock { $0 }
    let ours = Set(LeakLedger.descendants(in: all)).subtracting(descendants)
    return all.values.filter { process in
      !process.isZombie && process.pid != getpid() && !awaited.contains(process.pid)
        && (ours.contains(process.pid) || process.carries(name))
    }
  }

  /// Cgroups that carry the name, deepest first; the test's own parent cgroup is not counted unless it holds others.
  private func cgroups(withParent: Bool = false) -> [String] {
    Host.hierarchies.flatMap { root in
      LeakLedger.folders(below: root).filter { path in
        path.contains(name) && (withParent || path != root + "/" + name)
      }
    }.sorted { $0.utf8.count > $1.utf8.count }
  }

  /// State directories: of the test's own root, and of the default roots if they carry the name. A name that no id may
  /// have is a cache.
  private func states() -> [String] {
    let own = Host.names(in: stateRoot).filter { $0.allSatisfy { $0.isLetter || $0.isNumber || "_+.-".contains($0) } }
    let others = ["/run/apus", "/run/runc", "/run/crun"].flatMap { root in
      Host.names(in: root).filter { $0.contains(name) }.map { root + "/" + $0 }
    }
    return own.map { stateRoot + "/" + $0 } + others
  }

  /// Ends and removes whatever the test left or used, so that the next one starts clean.
  func sweep() {
    for path in cgroups() { LeakLedger.killMembers(of: path) }
    for process in processes() { kill(process.pid, SIGKILL) }
    for mount in Set(Host.mounts).subtracting(mounts).filter(isOurs).sorted(by: { $0.point > $1.point }) {
      try? detachMount(mount.point)
    }
    _ = eventually(within: 2) { processes().isEmpty }
    for path in cgroups(withParent: true) { try? Descriptor.workingDirectory.removeDirectory(path) }
    strays.remove()
    for file in Set(LeakLedger.networkNamespaceFiles()).subtracting(networkNamespaces) {
      try? Descriptor.workingDirectory.removeFile(file)
    }
    // Never across something that is still mounted below it.
    if !Host.mounts.contains(where: { $0.point.hasPrefix(folder) }) {
      try? FileManager.default.removeItem(atPath: folder)
    }
  }

  private static func killMembers(of cgroup: String) {
    if Host.exists(cgroup + "/freezer.state") { try? "THAWED".write(toFile: cgroup + "/freezer.state") }
    for pid in Host.lines(of: cgroup + "/cgroup.procs").compactMap(Int32.init) where pid > 1 { kill(pid, SIGKILL) }
  }

  private static func folders(below root: String) -> [String] {
    Host.names(in: root).map { root + "/" + $0 }.flatMap { path -> [String] in
      var status = stat()
      // `status` is a local that the call fills.
      guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return [] }
      return [path] + folders(below: path)
    }
  }

  private static func descendants(in all: [Int32: RunningProcess]) -> [Int32] {
    let children = Dictionary(grouping: all.values, by: \.parent)
    var found: [Int32] = []
    var next = [getpid()]
    while let pid = next.popLast() {
      let below = children[pid, default: []].map(\.pid)
      found += below
      next += below
    }
    return found
  }

  /// How often each file is open in the test process; what the language and its libraries keep for themselves aside.
  private static func openDescriptors() -> [String: Int] {
    var found: [String: Int] = [:]
    for name in Host.names(in: "/proc/self/fd") {
      guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/" + name),
        !target.hasPrefix("anon_inode:[event"), !target.hasPrefix("/proc/\(getpid())/fd")
      else { continue }
      found[target, default: 0] += 1
    }
    return found
  }

  private static func networkNamespaceFiles() -> [String] {
    Host.names(in: "/run/netns").map { "/run/netns/" + $0 }
  }
}

extension String {
  /// Writes the text to a file of the kernel, in one write.
  func write(toFile path: String) throws {
    try Descriptor.workingDirectory.open(path, [.writeOnly]).writeOnce(self, subject: path)
  }
}
