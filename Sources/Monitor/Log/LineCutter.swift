// Cutting output into the contents of records.

import Linux

/// Cuts output into the contents of records: whole lines, and pieces of lines that are longer than a record.
enum LineCutter {
  struct Piece: Equatable {
    let content: Range<Int>
    /// The line goes on in the next piece.
    let isPartial: Bool
    /// Where the next piece begins.
    let next: Int
  }

  /// The next piece, nil when what is left is an unfinished line that may still become a whole one.
  static func next(_ bytes: borrowing MappedBytes, from start: Int, to limit: Int) -> Piece? {
    let most = min(limit - start, ContainerLog.longestContent + 1)
    if let newline = bytes.firstIndex(of: 10, from: start, to: start + most) {
      return Piece(content: start..<newline, isPartial: false, next: newline + 1)
    }
    if most <= ContainerLog.longestContent { return nil }
    let end = start + ContainerLog.longestContent
    return Piece(content: start..<end, isPartial: true, next: end)
  }
}
