// One line of the control fifo.

import Linux

/// One line of the control fifo, `TYPE HEIGHT WIDTH`, or of the window size fifo, `HEIGHT WIDTH`.
enum ControlLine {
  case resize(WindowSize)
  case reopenLog
  /// Why the line is passed over.
  case invalid(String)

  /// Reads `1 H W` (resize) and `2 H W` (reopen the logs); further words are passed over.
  static func parse(_ line: ArraySlice<UInt8>) -> ControlLine {
    let numbers = leadingNumbers(line, most: 3)
    guard numbers.count == 3 else { return .invalid("Invalid control message format") }
    guard numbers[0] == 1 || numbers[0] == 2 else { return .invalid("Invalid control message type: \(numbers[0])") }
    guard let size = size(numbers[1], numbers[2]) else { return invalidSize(numbers[1], numbers[2]) }
    return numbers[0] == 1 ? .resize(size) : .reopenLog
  }

  /// Reads `H W`.
  static func parseSize(_ line: ArraySlice<UInt8>) -> ControlLine {
    let numbers = leadingNumbers(line, most: 2)
    guard numbers.count == 2 else { return .invalid("Failed to parse window size") }
    guard let size = size(numbers[0], numbers[1]) else { return invalidSize(numbers[0], numbers[1]) }
    return .resize(size)
  }

  private static func size(_ height: Int, _ width: Int) -> WindowSize? {
    guard 0...1000 ~= height && 0...1000 ~= width else { return nil }
    return WindowSize(rows: UInt16(height), columns: UInt16(width))
  }

  private static func invalidSize(_ height: Int, _ width: Int) -> ControlLine {
    .invalid("Invalid window size: \(height)x\(width) (must be between 0 and 1000)")
  }

  /// The decimal numbers at the beginning, between blanks, as scanf(3) reads them: up to the first word that is none.
  private static func leadingNumbers(_ line: ArraySlice<UInt8>, most: Int) -> [Int] {
    var numbers: [Int] = []
    var rest = line
    while numbers.count < most {
      rest = rest.drop { $0 == 32 || $0 >= 9 && $0 <= 13 }
      let isNegative = rest.first == 45
      if isNegative || rest.first == 43 { rest = rest.dropFirst() }
      let digits = rest.prefix { $0 >= 48 && $0 <= 57 }
      if digits.isEmpty { break }
      // Large enough to be refused, small enough not to overflow.
      let value = digits.reduce(0) { min($0 * 10 + Int($1) - 48, 1_000_000_000) }
      numbers.append(isNegative ? -value : value)
      rest = rest.dropFirst(digits.count)
    }
    return numbers
  }
}
