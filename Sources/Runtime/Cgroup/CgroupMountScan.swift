// Finding the mount of each hierarchy in mountinfo.

import OCI

/// Finds the mount of each hierarchy, line by line, so that reading can end as soon as all are known: a node with a
/// thousand container mounts has its cgroup mounts among the first lines.
struct CgroupMountScan {
  struct Found: Equatable {
    let membership: CgroupMembership
    let mount: CgroupMount
    /// Below /sys/fs/cgroup, where everybody looks for them; others may be copies that a container was given.
    let isUsual: Bool
  }

  private(set) var found: [Found] = []
  private var memberships: [CgroupMembership]
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
    rest.append(contentsOf: bytes)
    guard let last = rest.lastIndex(of: UInt8(ascii: "\n")) else { return }
    for line in rest[..<last].split(separator: UInt8(ascii: "\n")) {
      if let mount = CgroupMount(line: line) { add(mount) }
    }
    rest.removeSubrange(...last)
  }

  private mutating func add(_ mount: CgroupMount) {
    if mount.isUnified && sameBytes(mount.mountPoint, "/sys/fs/cgroup") {
      // A pure v2 host; v1 hierarchies that somebody mounted elsewhere are no concern of containers.
      memberships.removeAll { !$0.isUnified }
      found.removeAll { !$0.membership.isUnified }
    }
    let isUsual = mount.mountPoint.utf8.starts(with: "/sys/fs/cgroup".utf8)
    for membership in memberships where CgroupMountScan.fits(mount, membership) {
      let entry = Found(membership: membership, mount: mount, isUsual: isUsual)
      if let index = found.firstIndex(where: { $0.membership.isSameHierarchy(as: membership) }) {
        if isUsual && !found[index].isUsual { found[index] = entry }
      } else {
        found.append(entry)
      }
    }
  }

  private static func fits(_ mount: CgroupMount, _ membership: CgroupMembership) -> Bool {
    if mount.isUnified || membership.isUnified { return mount.isUnified && membership.isUnified }
    return membership.controllers.allSatisfy { controller in
      mount.options.contains { sameBytes($0, controller) }
    }
  }
}
