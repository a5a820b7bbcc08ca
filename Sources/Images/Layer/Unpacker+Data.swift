// The content of the files of a layer.

internal import Linux

extension Unpacker {
  func copyData(of entry: TarEntry, to file: borrowing Descriptor, _ reader: inout TarReader) throws(ImageError) {
    let (size, overflows) = report.bytes.addingReportingOverflow(entry.fileSize)
    guard !overflows, size <= limits.bytes else {
      throw ImageError(.limitExceeded, "the layer: its files have more than \(limits.bytes) bytes")
    }
    report.bytes = size
    guard let sparse = entry.sparse else {
      while true {
        let range = try reader.data()
        if range.isEmpty { return }
        do throws(SystemCallError) { try reader.write(range, to: file) } catch { throw failure(entry, error) }
      }
    }
    do throws(SystemCallError) { try file.truncate(to: sparse.fileSize) } catch { throw failure(entry, error) }
    try copyPieces(of: entry, sparse, to: file, &reader)
  }

  private func copyPieces(
    of entry: TarEntry, _ sparse: SparseMap, to file: borrowing Descriptor, _ reader: inout TarReader
  ) throws(ImageError) {
    var range = 0..<0
    for piece in sparse.pieces {
      do throws(SystemCallError) { try file.seek(to: piece.offset) } catch { throw failure(entry, error) }
      var left = piece.count
      while left > 0 {
        if range.isEmpty { range = try reader.data() }
        // The map was checked to hold as many bytes as the entry.
        let count = Int(min(left, Int64(range.count)))
        guard count > 0 else { throw TarHeader.failure("it ends within a file") }
        let part = range.lowerBound..<(range.lowerBound + count)
        do throws(SystemCallError) { try reader.write(part, to: file) } catch { throw failure(entry, error) }
        range = part.upperBound..<range.upperBound
        left -= Int64(count)
      }
    }
  }

  private func failure(_ entry: TarEntry, _ error: SystemCallError) -> ImageError {
    ImageError("unpacking '\(entry.name)'", error)
  }
}

extension TarReader {
  /// Writes bytes of the current entry from where they lie in the stream's buffer.
  func write(_ range: Range<Int>, to file: borrowing Descriptor) throws(SystemCallError) {
    try file.writeAll(stream.buffer, range)
  }
}
