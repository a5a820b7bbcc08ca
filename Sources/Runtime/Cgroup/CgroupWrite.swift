// One write to a file of the container's cgroup.

/// One write to a file of the container's cgroup. Limits become a list of these before anything is touched.
public struct CgroupWrite: Equatable, Sendable {
  public struct Traits: OptionSet, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The value asks for no limit: where the controller or the file is missing there is none.
    public static let optional = Traits(rawValue: 1)
    /// The kernel moves the value into its own range without a word: what it made of it is compared.
    public static let readBack = Traits(rawValue: 2)
    /// The next write is for hosts without this file.
    public static let replacesNext = Traits(rawValue: 4)
  }

  /// The v1 controller; also the one of the v2 file.
  public let controller: String
  public let file: String
  public let value: String
  public let traits: Traits
  /// Two values bound each other: when the kernel finds this one invalid it is written again after that file.
  public let retriedAfter: String?

  public init(
    _ controller: String, _ file: String, _ value: String, _ traits: Traits = [], retriedAfter: String? = nil
  ) {
    self.controller = controller
    self.file = file
    self.value = value
    self.traits = traits
    self.retriedAfter = retriedAfter
  }
}
