// How ids of a user namespace are those of the host.

import Linux
import OCI

/// The ids of a user namespace, as rows of /proc/PID/uid_map (user_namespaces(7)).
struct IdentityMap: Equatable, Sendable {
  let rows: [[UInt32]]

  /// The kernel's own limit (UID_GID_MAP_MAX_EXTENTS).
  private static let mostRows = 340

  /// Reads `INSIDE-OUTSIDE-COUNT`, with `@` between rows.
  init(_ text: String, option: String) throws(PauseError) {
    var rows: [[UInt32]] = []
    for piece in pieces(of: text, separator: UInt8(ascii: "@")) {
      var row: [UInt32] = []
      for number in pieces(of: piece, separator: UInt8(ascii: "-")) {
        guard let value = IdentityMap.number(number) else { throw IdentityMap.refusal(text, option) }
        row.append(value)
      }
      // Ids end before 4294967295, which stands for none.
      guard row.count == 3, row[2] > 0, UInt64(row[0]) + UInt64(row[2]) <= UInt64(UInt32.max),
        UInt64(row[1]) + UInt64(row[2]) <= UInt64(UInt32.max)
      else { throw IdentityMap.refusal(text, option) }
      rows.append(row)
    }
    guard !rows.isEmpty, rows.count <= IdentityMap.mostRows else { throw IdentityMap.refusal(text, option) }
    self.rows = rows
  }

  private static func number(_ text: String) -> UInt32? {
    var value: UInt64 = 0
    for byte in text.utf8 {
      guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
      value = value * 10 + UInt64(byte - UInt8(ascii: "0"))
      if value > UInt64(UInt32.max) { return nil }
    }
    return text.utf8.isEmpty ? nil : UInt32(value)
  }

  private static func refusal(_ text: String, _ option: String) -> PauseError {
    PauseError(option + " '" + text + "': expected INSIDE-OUTSIDE-COUNT, with '@' between several")
  }

  /// What is written into the map file.
  var text: String {
    var text = ""
    for row in rows {
      text += numbered("", Int64(row[0]), " ") + numbered("", Int64(row[1]), " ") + numbered("", Int64(row[2]), "\n")
    }
    return text
  }
}
