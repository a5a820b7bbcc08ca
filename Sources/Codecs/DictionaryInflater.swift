// Decompresses pieces of one zlib stream that begins with a dictionary.

internal import CCodecs

/// Decompresses pieces of one zlib stream (RFC 1950) that begins with a dictionary known to both ends.
@safe
public struct DictionaryInflater: ~Copyable {
  // Made by init, freed by deinit, given to nobody.
  private let handle: UnsafeMutableRawPointer
  private let dictionary: [UInt8]

  public init(dictionary: [UInt8]) throws(CodecError) {
    guard let made = unsafe apus_inflate_new() else { throw .memory }
    unsafe handle = made
    self.dictionary = dictionary
  }

  deinit {
    // The decoder that init made.
    unsafe apus_inflate_free(handle)
  }

  /// Decompresses the next piece, which its sender has flushed.
  /// - Parameter limit: more bytes than that are an error, `memory`: a short piece may hold very many.
  public mutating func inflate(_ piece: [UInt8], limit: Int) throws(CodecError) -> [UInt8] {
    var result: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    var done = 0
    while true {
      var (consumed, produced) = (piece.count - done, buffer.count)
      let handle = unsafe handle
      let code = unsafe piece.withUnsafeBufferPointer { source in
        unsafe buffer.withUnsafeMutableBufferPointer { target in
          // Both pointers are valid for the sizes given with them, during the call. The buffer is never empty.
          let start = unsafe source.baseAddress.map { unsafe $0 + done }
          return unsafe apus_inflate_step(handle, start, &consumed, target.baseAddress!, &produced)
        }
      }
      // A stream that ends has no piece behind it.
      if code < 0 || code == APUS_CODEC_ENDED { throw .corrupt }
      done += consumed
      result += buffer[..<produced]
      if result.count > limit { throw .memory }
      if code == APUS_CODEC_DICTIONARY {
        // The array's storage is valid for its count during the call; zlib copies it.
        if unsafe apus_inflate_set_dictionary(handle, dictionary, dictionary.count) < 0 { throw .corrupt }
      } else if produced < buffer.count {
        if done < piece.count { throw .corrupt }
        return result
      }
    }
  }
}
