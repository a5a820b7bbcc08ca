// How results are printed.

internal import Foundation

/// How results are printed.
enum Output {
  static func write(_ bytes: [UInt8]) {
    FileHandle.standardOutput.write(Data(bytes + [10]))
  }

  /// Rows under each other, each column as wide as its widest cell.
  static func table(_ rows: [[String]]) {
    let count = rows.map(\.count).max() ?? 0
    let widths = (0..<count).map { column in rows.map { $0[column].count }.max() ?? 0 }
    for row in rows {
      let cells = zip(row, widths).map { cell, width in cell + String(repeating: " ", count: width - cell.count) }
      print(cells.joined(separator: "  ").trimmingCharacters(in: .whitespaces))
    }
  }

  /// A number of bytes for people, in powers of 1000.
  static func size(_ bytes: Int64) -> String {
    var (value, unit) = (Double(bytes), 0)
    let units = ["B", "kB", "MB", "GB", "TB"]
    while value >= 1000, unit < units.count - 1 { (value, unit) = (value / 1000, unit + 1) }
    return unit == 0 ? "\(bytes) B" : String(format: "%.1f %@", value, units[unit])
  }
}
