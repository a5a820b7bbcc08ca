// Where the data of a sparse file belongs.

/// Where the data of a sparse file belongs; in between are holes.
struct SparseMap: Equatable {
  struct Piece: Equatable {
    var offset: Int64
    var count: Int64
  }

  var pieces: [Piece] = []
  /// Bytes of the whole file.
  var fileSize: Int64 = 0

  /// Whether the pieces follow each other within the file and hold as many bytes as the archive.
  func isValid(for size: Int64) -> Bool {
    guard fileSize >= 0 else { return false }
    var (end, sum): (Int64, Int64) = (0, 0)
    for piece in pieces {
      let (next, overflows) = piece.offset.addingReportingOverflow(piece.count)
      guard piece.count >= 0, piece.offset >= end, !overflows, next <= fileSize else { return false }
      end = next
      sum += piece.count
    }
    return sum == size
  }
}
