// The propagation types of the root mount.

/// The propagation types of the root mount, with the recursive forms that runc accepts too (mount(2)).
public enum RootfsPropagation: String, NamedValue {
  case shared, slave, `private`, unbindable
  case recursivelyShared = "rshared"
  case recursivelySlave = "rslave"
  case recursivelyPrivate = "rprivate"
  case recursivelyUnbindable = "runbindable"

  /// The bits of mount(2): MS_SHARED, MS_SLAVE, MS_PRIVATE, MS_UNBINDABLE, with MS_REC for the recursive forms.
  public var flags: UInt64 {
    switch self {
    case .shared: 1 << 20
    case .slave: 1 << 19
    case .private: 1 << 18
    case .unbindable: 1 << 17
    case .recursivelyShared: 1 << 20 | 1 << 14
    case .recursivelySlave: 1 << 19 | 1 << 14
    case .recursivelyPrivate: 1 << 18 | 1 << 14
    case .recursivelyUnbindable: 1 << 17 | 1 << 14
    }
  }

  public static func refusal(of name: String) -> String { "rootfsPropagation=\(name) is not supported" }
}
