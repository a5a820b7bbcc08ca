// Putting lines together from pieces that a fifo gives.

/// Puts lines together from the pieces that a fifo gives. A line of 200 bytes and more is no command: it is passed
/// over.
struct LineCollector {
  static let longestLine = 199

  private var pending: [UInt8] = []
  private var isSkipping = false

  /// Calls `body` with each whole line, without its newline.
  /// - Returns: whether an overlong line was passed over.
  mutating func take(_ bytes: ArraySlice<UInt8>, _ body: (ArraySlice<UInt8>) -> Void) -> Bool {
    var hasSkipped = false
    for byte in bytes {
      if byte == 10 {
        if !isSkipping { body(pending[...]) }
        pending.removeAll(keepingCapacity: true)
        isSkipping = false
      } else if pending.count == LineCollector.longestLine {
        hasSkipped = hasSkipped || !isSkipping
        isSkipping = true
      } else {
        pending.append(byte)
      }
    }
    return hasSkipped
  }
}
