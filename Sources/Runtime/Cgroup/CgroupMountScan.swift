// Finding the mount of each hierarchy in mountinfo.

import OCI

/// Finds the mount of each hierarchy, line by line, so that reading can end as soon as all are known: a node with a
/// thousand container mounts has its cgroup mounts among the first lines.
struct CgroupMountScan {
  struct Found {
    let membership: CgroupMembership
    let mountPoint: String
    let root: String
    /// Below /sys/fs/cgroup, where everybody looks for them; others may be copies that a container was given.
    let isUsual: Bool
  }

  private(set) var found: [Found] = []
  private var memberships: [CgroupMembership]
  /// The beginning of a line whose end is still to come.
  private var rest: [UInt8] = []

  init(memberships: [CgroupMembership]) {
    self.memberships = memberships
  }

  /// Whether nothing that follows can change the result.
  var isComplete: Bool {
    found.count == memberships.count && found.allSatisfy { $0.isUsual }
  }

  /// Takes the next piece of the file; it may end inside a line.
  mutating func add(_ bytes: ArraySlice<UInt8>) {
    guard let last = bytes.lastIndex(of: UInt8(ascii: "\n")) else {
      rest.append(contentsOf: bytes)
      return
    }
    var lines = bytes[...last]
    if !rest.isEmpty, let end = lines.takeLine() {
      let line = rest + end
      rest = []
      add(line: line[...])
    }
    while let line = lines.takeLine() { add(line: line) }
    rest.append(contentsOf: bytes[(last + 1)...])
  }

  private mutating func add(line: ArraySlice<UInt8>) {
    guard let mount = CgroupMount(line: line) else { return }
    if mount.isUnified && sameBytes(mount.mountPoint, "/sys/fs/cgroup") {
      // A pure v2 host; v1 hierarchies that somebody mounted elsewhere are no concern of containers.
      memberships.removeAll { !$0.isUnified }
      found.removeAll { !$0.membership.isUnified }
    }
    let isUsual = hasPrefix(mount.mountPoint, "/sys/fs/cgroup")
    for membership in memberships where mount.fits(membership) {
      if let index = found.firstIndex(where: { $0.membership.isSameHierarchy(as: membership) }) {
        if !isUsual || found[index].isUsual { continue }
        found.remove(at: index)
      }
      found.append(
        Found(membership: membership, mountPoint: mount.mountPoint, root: mount.root, isUsual: isUsual))
    }
  }
}
