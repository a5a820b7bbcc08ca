// Where the output of the container goes, and how much of it.

/// Where the output of the container goes, and how much of it.
public struct LogOptions: Sendable {
  /// The file in the format of the Container Runtime Interface, if one is wanted.
  public internal(set) var file: String?
  public internal(set) var usesJournal = false
  /// The container gets the monitor's own standard streams.
  public internal(set) var isPassthrough = false
  /// Bytes of one file; 0 and less is no limit.
  public internal(set) var sizeMax: Int64 = -1
  /// Bytes of all files together, after which output is read and thrown away; 0 and less is no limit.
  public internal(set) var globalSizeMax: Int64 = -1
  /// How many older files are kept when files are rotated.
  public internal(set) var maxFiles: Int64 = 1
  /// The directories that rotation may work in; none means all.
  public internal(set) var allowedDirectories: [String] = []
  public internal(set) var tag: String?
  /// `LABEL=VALUE` each.
  public internal(set) var labels: [String] = []
  /// Bytes per second of each stream; 0 and less is no limit.
  public internal(set) var rateLimit: Int64 = -1
  public internal(set) var stdoutPolicy = RatePolicy.block
  public internal(set) var stderrPolicy = RatePolicy.block
}
