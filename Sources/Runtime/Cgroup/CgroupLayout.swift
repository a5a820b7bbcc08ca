// Which cgroup hierarchies the host has.

import OCI

/// Which cgroup hierarchies the host has, and where this process is in them.
public struct CgroupLayout: Equatable, Sendable {
  public enum Kind: Equatable, Sendable {
    case v1
    /// The controllers in v1 hierarchies, beside them a v2 tree that can kill, and tell when it is empty.
    case hybrid
    case v2
  }

  /// In the order in which a container makes and joins them; the v2 tree comes last.
  public let hierarchies: [CgroupHierarchy]

  public init(hierarchies: [CgroupHierarchy]) {
    self.hierarchies = hierarchies
  }

  public var kind: Kind {
    guard let last = hierarchies.last, last.isUnified else { return .v1 }
    return hierarchies.count == 1 ? .v2 : .hybrid
  }
}

extension CgroupLayout {
  init(_ scan: CgroupMountScan) {
    var hierarchies: [CgroupHierarchy] = []
    // The order makes no difference to the sum, 0.07 ms for nine joins. But whoever enters a new CPU group competes
    // afresh with everything that runs, and may wait milliseconds: best when nothing is left to be joined.
    for wanted in [Place.first, .cpu, .unified] {
      for found in scan.found where Place(found.membership) == wanted {
        hierarchies.append(
          CgroupHierarchy(
            controllers: found.membership.controllers, mountPoint: found.mountPoint,
            own: CgroupLayout.own(found.membership.path, below: found.root)))
      }
    }
    self.init(hierarchies: hierarchies)
  }

  private enum Place {
    case first, cpu, unified
    init(_ membership: CgroupMembership) {
      self = membership.isUnified ? .unified : membership.controllers.contains { sameBytes($0, "cpu") } ? .cpu : .first
    }
  }

  /// A cgroup relative to the one that a mount shows as its top. A container that sees the host's paths has a mount of
  /// a part of the tree; a cgroup outside of that part cannot be reached, and its top is the nearest that can.
  private static func own(_ path: String, below root: String) -> String {
    // The kernel's paths are clean.
    let top = root.utf8.count == 1 ? "" : root
    guard hasPrefix(path, top) else { return "" }
    let rest = [UInt8](path.utf8).dropFirst(top.utf8.count)
    return rest.first == UInt8(ascii: "/") ? rest.dropFirst().text : ""
  }
}
