// The forms in which the kernel writes its counters.

/// The forms in which the kernel writes its counters (cgroup-v1 and cgroup-v2.rst, psi.rst of its documentation).
enum StatText {
  /// One number and a newline; nil for `max`, and for what is none.
  static func number(_ text: String?) -> UInt64? {
    guard let word = text?.split(whereSeparator: \.isWhitespace).first else { return nil }
    return UInt64(word)
  }

  /// Lines of a name and a number.
  static func table(_ text: String?) -> [Substring: UInt64] {
    var table: [Substring: UInt64] = [:]
    for line in text?.split(separator: "\n") ?? [] {
      let words = line.split(separator: " ")
      if words.count == 2, let value = UInt64(words[1]) { table[words[0]] = value }
    }
    return table
  }

  /// How many lines there are.
  static func count(_ text: String?) -> UInt64? { text.map { UInt64($0.split(separator: "\n").count) } }
}

/// How long tasks waited for a resource (Pressure Stall Information), from version 2 cgroups.
public struct PressureStall: Equatable, Sendable {
  public struct Share: Equatable, Sendable {
    public var totalMicroseconds: UInt64 = 0
    /// Percent of the last 10, 60 and 300 seconds.
    public var average10 = 0.0
    public var average60 = 0.0
    public var average300 = 0.0
  }

  /// While at least one task waited.
  public var some = Share()
  /// While all did.
  public var full = Share()

  /// Lines such as `some avg10=0.12 avg60=0.00 avg300=0.00 total=1234`; nil when there are none, as on a kernel that
  /// does not account for it.
  init?(_ text: String?) {
    var isFound = false
    for line in text?.split(separator: "\n") ?? [] {
      let words = line.split(separator: " ")
      var share = Share()
      for word in words.dropFirst() {
        let parts = word.split(separator: "=", maxSplits: 1)
        guard parts.count == 2 else { continue }
        switch parts[0] {
        case "avg10": share.average10 = Double(parts[1]) ?? 0
        case "avg60": share.average60 = Double(parts[1]) ?? 0
        case "avg300": share.average300 = Double(parts[1]) ?? 0
        case "total": share.totalMicroseconds = UInt64(parts[1]) ?? 0
        default: continue
        }
      }
      switch words.first {
      case "some": some = share
      case "full": full = share
      default: continue
      }
      isFound = true
    }
    if !isFound { return nil }
  }
}
