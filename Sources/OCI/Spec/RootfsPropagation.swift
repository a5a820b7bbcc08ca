// The propagation types of the root mount.

/// The propagation types of the root mount, with the recursive forms that runc accepts too (mount(2)).
public enum RootfsPropagation: UInt8, NamedValue {
  case unbindable, `private`, slave, shared, recursivelyUnbindable, recursivelyPrivate, recursivelySlave
  case recursivelyShared

  public static let names = [
    "unbindable", "private", "slave", "shared", "runbindable", "rprivate", "rslave", "rshared",
  ]

  public static var refusal: (before: String, after: String) { ("rootfsPropagation=", " is not supported") }

  /// The bits of mount(2): MS_UNBINDABLE is 2^17, the next three follow it; MS_REC is 2^14.
  public var flags: UInt64 { 1 << (17 + UInt64(rawValue) & 3) | (isRecursive ? 1 << 14 : 0) }

  public var isRecursive: Bool { rawValue >= 4 }
}
