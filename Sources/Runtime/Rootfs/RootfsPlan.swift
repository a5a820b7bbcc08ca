// How the root filesystem is mounted, decided.

internal import Linux
public import OCI

/// How the root filesystem is mounted, decided.
public struct RootfsPlan: Equatable, Sendable {
  /// On the host, absolute.
  public var path: String
  /// `linux.rootfsPropagation`; nil lets mounts of the host come in, but none go out (`rslave`).
  public var propagation: RootfsPropagation?
  /// Without a mount namespace of the container nothing of the host's mounts may change, and there is no pivot.
  public var hasMountNamespace: Bool
  public var isReadOnly: Bool
  public var mountLabel: String

  public init(
    path: String, propagation: RootfsPropagation? = nil, hasMountNamespace: Bool = true,
    isReadOnly: Bool = false, mountLabel: String = ""
  ) {
    self.path = path
    self.propagation = propagation
    self.hasMountNamespace = hasMountNamespace
    self.isReadOnly = isReadOnly
    self.mountLabel = mountLabel
  }

  /// What the host's mounts, as our namespace sees them, become first.
  var ofHost: PropagationChange { PropagationChange(propagation ?? .recursivelySlave) }

  /// Whether every mount of our namespace is cut off from the host's by `ofHost` alone.
  var cutsOff: Bool {
    switch propagation {
    case nil, .recursivelySlave, .recursivelyPrivate: true
    default: false
    }
  }

  /// What the mount below the root becomes: pivot_root(2) refuses a shared one, and binding onto it would reach the
  /// host. Nothing where `ofHost` did it.
  var ofParent: MountPropagation { isSlave ? .slave : .private }

  /// The root itself, while it is prepared; as a slave it stays what its source is.
  var ofRoot: MountPropagation? { isSlave ? nil : .private }

  /// What the root becomes at last: sharing before the pivot would have reached the host.
  var ofFinalRoot: PropagationChange? {
    switch propagation {
    case .shared, .recursivelyShared, .unbindable, .recursivelyUnbindable: ofHost
    default: nil
    }
  }

  private var isSlave: Bool { propagation == .slave || propagation == .recursivelySlave }
}

extension PropagationChange {
  init(_ asked: RootfsPropagation) {
    // The bits are the same for mount(2) and mount_setattr(2); without one of them the strictest answer is right.
    self.init(MountPropagation(rawValue: asked.flags & ~(1 << 14)) ?? .private, isRecursive: asked.isRecursive)
  }
}
