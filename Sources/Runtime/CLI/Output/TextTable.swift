// Tables of text with aligned columns.

/// A table with aligned columns: each at least 12 wide, 3 spaces between them, nothing after the last.
struct TextTable {
  private static let minimumWidth = 12
  private static let padding = 3
  private var rows: [[String]]

  init(header: [String]) { rows = [header] }

  /// Adds a row with as many cells as the header.
  mutating func append(_ row: [String]) { rows.append(row) }

  /// All rows, each with a newline.
  var text: String {
    let widths = columnWidths()
    var parts: [String] = []
    for row in rows {
      for (column, cell) in row.enumerated() {
        parts.append(cell)
        if column + 1 < row.count { parts.append(spaces(widths[column] - TextTable.width(cell))) }
      }
      parts.append("\n")
    }
    return joined(parts)
  }

  private func columnWidths() -> [Int] {
    var widths = [Int](repeating: TextTable.minimumWidth, count: rows[0].count)
    for row in rows {
      for (column, cell) in row.enumerated() {
        widths[column] = max(widths[column], TextTable.width(cell) + TextTable.padding)
      }
    }
    return widths
  }

  /// The number of code points: the bytes that begin one.
  private static func width(_ cell: String) -> Int {
    let bytes = cell.utf8.span
    var count = 0
    for index in bytes.indices where bytes[index] & 0xc0 != 0x80 { count += 1 }
    return count
  }
}
