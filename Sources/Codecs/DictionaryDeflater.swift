// Compresses pieces of one zlib stream that begins with a dictionary.

internal import CCodecs

/// Compresses pieces of one zlib stream (RFC 1950) that begins with a dictionary known to both ends. Each piece is
/// flushed, so that the other end can read all of it.
@safe
public struct DictionaryDeflater: ~Copyable {
  // Made by init, freed by deinit, given to nobody.
  private let handle: UnsafeMutableRawPointer

  public init(dictionary: [UInt8]) throws(CodecError) {
    // The array's storage is valid for its count during the call; zlib copies it.
    guard let made = unsafe apus_deflate_new(dictionary, dictionary.count) else { throw .memory }
    unsafe handle = made
  }

  deinit {
    // The encoder that init made.
    unsafe apus_deflate_free(handle)
  }

  /// Compresses the next piece.
  public mutating func deflate(_ piece: [UInt8]) throws(CodecError) -> [UInt8] {
    var result: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: piece.count + 64)
    var done = 0
    while true {
      var (consumed, produced) = (piece.count - done, buffer.count)
      let handle = unsafe handle
      let code = unsafe piece.withUnsafeBufferPointer { source in
        unsafe buffer.withUnsafeMutableBufferPointer { target in
          // Both pointers are valid for the sizes given with them, during the call. The buffer is never empty.
          let start = unsafe source.baseAddress.map { unsafe $0 + done }
          return unsafe apus_deflate_flush(handle, start, &consumed, target.baseAddress!, &produced)
        }
      }
      if code < 0 { throw .corrupt }
      done += consumed
      result += buffer[..<produced]
      // Room that was not needed means that everything has been flushed.
      if produced < buffer.count { return result }
    }
  }
}
