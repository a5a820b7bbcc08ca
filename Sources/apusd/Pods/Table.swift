// Lists for people.

import Foundation

/// Rows in columns, with two spaces between them.
struct Table {
  private let rows: [[String]]

  init(_ rows: [[String]]) { self.rows = rows }

  var text: String {
    var widths: [Int] = []
    for row in rows {
      for (index, cell) in row.enumerated() {
        if index == widths.count { widths.append(0) }
        widths[index] = max(widths[index], cell.count)
      }
    }
    return rows.map { row in
      let cells = row.enumerated().map { index, cell in
        index == row.count - 1 ? cell : cell + String(repeating: " ", count: widths[index] - cell.count)
      }
      return cells.joined(separator: "  ") + "\n"
    }.joined()
  }
}

/// How long ago something was, in its biggest unit.
struct Age {
  private let seconds: Int64

  /// - Parameter nanoseconds: since 1970.
  init(_ nanoseconds: Int64, now: Date = Date()) {
    seconds = max(0, Int64(now.timeIntervalSince1970) - nanoseconds / 1_000_000_000)
  }

  var text: String {
    switch seconds {
    case ..<120: "\(seconds)s"
    case ..<7200: "\(seconds / 60)m"
    case ..<172_800: "\(seconds / 3600)h"
    default: "\(seconds / 86400)d"
    }
  }
}
