// How a file is opened and how its path is walked.

/// The flags of open(2); O_CLOEXEC is always added.
public struct OpenFlags: OptionSet, Sendable {
  public let rawValue: UInt64
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  // Computed: an empty set is else made at its first use, behind a lock.
  public static var readOnly: OpenFlags { [] }
  public static let writeOnly = OpenFlags(rawValue: 0o1)
  public static let readWrite = OpenFlags(rawValue: 0o2)
  public static let create = OpenFlags(rawValue: 0o100)
  public static let exclusive = OpenFlags(rawValue: 0o200)
  public static let noControllingTerminal = OpenFlags(rawValue: 0o400)
  public static let truncate = OpenFlags(rawValue: 0o1000)
  public static let append = OpenFlags(rawValue: 0o2000)
  public static let nonBlocking = OpenFlags(rawValue: 0o4000)
  public static let path = OpenFlags(rawValue: 0o10000000)
  static let closeOnExec = OpenFlags(rawValue: 0o2000000)
  #if arch(arm64)
    public static let directory = OpenFlags(rawValue: 0o40000)
    public static let noFollow = OpenFlags(rawValue: 0o100000)
  #else
    public static let directory = OpenFlags(rawValue: 0o200000)
    public static let noFollow = OpenFlags(rawValue: 0o400000)
  #endif
}

/// How openat2(2) resolves a path.
public struct ResolveFlags: OptionSet, Sendable {
  public let rawValue: UInt64
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  public static let noCrossMounts = ResolveFlags(rawValue: 0x01)
  public static let noMagicLinks = ResolveFlags(rawValue: 0x02)
  public static let noSymlinks = ResolveFlags(rawValue: 0x04)
  public static let beneath = ResolveFlags(rawValue: 0x08)
  public static let inRoot = ResolveFlags(rawValue: 0x10)

  /// The directory is the root: `..` and absolute links stay inside, magic links of procfs are refused.
  public static let container: ResolveFlags = [.inRoot, .noMagicLinks]
}
