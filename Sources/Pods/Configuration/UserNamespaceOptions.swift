// The user namespace that a caller asks for.

internal import OCI

/// One range of ids: `size` ids from `containerID` on are those of the host from `hostID` on.
public struct IDRange: Codable, Equatable, Sendable {
  public var containerID: UInt32
  public var hostID: UInt32
  public var size: UInt32

  public init(containerID: UInt32, hostID: UInt32, size: UInt32) {
    self.containerID = containerID
    self.hostID = hostID
    self.size = size
  }

  /// As the runtime reads it.
  var mapping: IDMapping { IDMapping(containerID: containerID, hostID: hostID, size: size) }

  /// As `apus-pause pin` reads it.
  var words: String { "\(containerID)-\(hostID)-\(size)" }
}

/// Which ids of the host those of a container are: of a namespace, or of one mount.
public struct OwnerMap: Codable, Equatable, Sendable {
  public var uids: [IDRange]
  public var gids: [IDRange]

  public init(uids: [IDRange], gids: [IDRange]) {
    self.uids = uids
    self.gids = gids
  }

  public var isEmpty: Bool { uids.isEmpty && gids.isEmpty }

  /// The ids of the host that are 0 inside.
  var root: (uid: UInt32, gid: UInt32) {
    (OwnerMap.host(of: 0, in: uids) ?? 0, OwnerMap.host(of: 0, in: gids) ?? 0)
  }

  /// The id of the host that one of the namespace is; nil when it is none.
  static func host(of id: UInt32, in ranges: [IDRange]) -> UInt32? {
    for range in ranges where id >= range.containerID && id - range.containerID < range.size {
      return range.hostID + (id - range.containerID)
    }
    return nil
  }
}

/// The user namespace that a caller asks for, as it was asked.
public struct UserNamespaceOptions: Codable, Equatable, Sendable {
  /// `pod` for one of the pod's own, `node` for the host's.
  public var mode: NamespaceMode
  public var map: OwnerMap

  public init(mode: NamespaceMode, map: OwnerMap) {
    self.mode = mode
    self.map = map
  }

  /// Refuses what no pod can have. The kubelet sends one range of each kind, and so does the protocol want it.
  func check() throws(PodError) {
    let field = "linux.security_context.namespace_options.userns_options"
    switch mode {
    case .node:
      guard map.isEmpty else { throw PodError(.invalidArgument, "\(field): ids are mapped, though the mode is NODE") }
    case .pod:
      for (ranges, name) in [(map.uids, "uids"), (map.gids, "gids")] {
        guard ranges.count == 1, let range = ranges.first else {
          throw PodError(.invalidArgument, "\(field).\(name): expected one mapping, found \(ranges.count)")
        }
        guard range.containerID == 0 else {
          throw PodError(.invalidArgument, "\(field).\(name): the id 0 is not mapped")
        }
        // The highest id means none to the kernel.
        guard range.size > 0, UInt64(range.hostID) + UInt64(range.size) <= UInt64(UInt32.max) else {
          throw PodError(
            .invalidArgument, "\(field).\(name): \(range.size) ids from \(range.hostID) on are no range of ids")
        }
      }
      guard map.uids[0].size == map.gids[0].size else {
        throw PodError(.invalidArgument, "\(field): the mappings of uids and gids are not of the same length")
      }
    default: throw PodError(.invalidArgument, "\(field).mode: neither POD nor NODE")
    }
  }
}
