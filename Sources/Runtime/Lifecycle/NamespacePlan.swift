// Which namespaces a container makes, and which it joins.

import Linux
import OCI

extension NamespaceKind {
  var kinds: NamespaceKinds {
    switch self {
    case .pid: return .pid
    case .network: return .network
    case .mount: return .mount
    case .ipc: return .ipc
    case .uts: return .uts
    case .user: return .user
    case .cgroup: return .cgroup
    case .time: return .time
    }
  }

  /// The name of its file in /proc/PID/ns.
  var fileName: String {
    switch self {
    case .network: return "net"
    case .mount: return "mnt"
    default: return name
    }
  }
}

/// Which namespaces a container makes, and which it joins by path.
struct NamespacePlan: Equatable {
  /// All new ones.
  private(set) var new: NamespaceKinds = []
  /// The ones to join, in the order of config.json.
  private(set) var joined: [Namespace] = []

  init(_ namespaces: [Namespace]) {
    for namespace in namespaces {
      if namespace.path == nil { new.insert(namespace.kind.kinds) } else { joined.append(namespace) }
    }
  }

  /// What clone3 makes. A v1 cgroup namespace shows the cgroup that its maker was in: it comes after joining.
  func cloned(cgroupAfterJoining: Bool) -> NamespaceKinds {
    cgroupAfterJoining ? new.subtracting(.cgroup) : new
  }

  var joinsUser: Bool { joined.contains { $0.kind == .user } }
  /// The container is not in the user namespace of the runtime.
  var hasUser: Bool { new.contains(.user) || joinsUser }

  /// A process between parent and child is needed where the child has to be born in a user namespace that is joined,
  /// or where namespaces that the new user namespace will not own are joined first (user_namespaces(7)).
  var needsIntermediate: Bool { joinsUser || (new.contains(.user) && !joined.isEmpty) }
}

extension Cgroup {
  /// The child enters v1 hierarchies by itself; in the v2 tree it is born where it belongs.
  var isJoinedByChild: Bool { kind != .v2 }
}
