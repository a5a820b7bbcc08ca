// The limit for one size of huge pages.

extension Resources {
  /// The limit for one size of huge pages.
  public struct HugepageLimit: Equatable, Sendable {
    /// Such as `64KB`, `2MB`, `1GB`.
    public var pageSize: String = ""
    /// Bytes.
    public var limit: UInt64 = 0

    public init() {}

    public init(pageSize: String, limit: UInt64) {
      self.pageSize = pageSize
      self.limit = limit
    }
  }
}
