// The user of an exec, as text.

/// The ids in `exec --user UID[:GID]`.
public struct UserIDs: Equatable, Sendable {
  public let uid: UInt32
  /// Nil when the text has no colon.
  public let gid: UInt32?

  /// Decimal digits alone, below 2^32 - 1: that number means "no change" to the kernel, and wrapped or signed ones have
  /// become uid 0 elsewhere (CVE-2016-3697, CVE-2024-40635).
  public init(_ text: String) throws(SpecError) {
    let parts = pieces(of: text, separator: UInt8(ascii: ":"))
    guard parts.count <= 2 else { throw SpecError("", sentence("invalid user %: expected UID[:GID]", quoted(text))) }
    uid = try UserIDs.id(parts[0], "user", text)
    gid = parts.count == 2 ? try UserIDs.id(parts[1], "group", text) : nil
  }

  /// The highest id there is.
  public static let highest = UInt32.max - 1

  private static func id(_ digits: String, _ kind: String, _ text: String) throws(SpecError) -> UInt32 {
    guard let id = number(digits, atMost: UInt64(highest)) else {
      throw SpecError(
        "", sentence("invalid user %: the % id is no number from 0 to %", quoted(text), kind, String(highest)))
    }
    return UInt32(truncatingIfNeeded: id)
  }
}
