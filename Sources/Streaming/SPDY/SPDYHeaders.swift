// The headers of streams of SPDY, compressed in one context for each direction.

internal import Codecs
internal import NIOCore

/// The headers of streams of a connection: one context for each direction, for the connection's life (section 2.6.10).
struct SPDYHeaders: ~Copyable {
  /// Bytes of a block when it is decompressed; real ones have a hundred.
  static let limit = 64 << 10

  private var inflater: DictionaryInflater
  private var deflater: DictionaryDeflater

  init() throws(CodecError) {
    // Both or none: half of a value that cannot be copied cannot be taken back.
    let inflater = try DictionaryInflater(dictionary: SPDYDictionary.bytes)
    let deflater = try DictionaryDeflater(dictionary: SPDYDictionary.bytes)
    self.inflater = inflater
    self.deflater = deflater
  }

  /// The headers of a block by their names in lower case; the first of several values.
  mutating func read(_ block: [UInt8]) throws(SPDYError) -> [String: String] {
    let bytes: [UInt8]
    do throws(CodecError) { bytes = try inflater.inflate(block, limit: SPDYHeaders.limit) } catch {
      throw SPDYError(message: "headers: \(error.message)")
    }
    var buffer = ByteBuffer(bytes: bytes)
    var headers: [String: String] = [:]
    for _ in 0..<(try SPDYHeaders.length(&buffer)) {
      let name = try SPDYHeaders.text(&buffer)
      let value = try SPDYHeaders.text(&buffer)
      headers[name.lowercased()] = value.split(separator: "\0", omittingEmptySubsequences: false).first.map(String.init)
    }
    return headers
  }

  private static func length(_ buffer: inout ByteBuffer) throws(SPDYError) -> Int {
    guard let length: UInt32 = buffer.readInteger() else { throw SPDYError(message: "headers that are cut short") }
    return Int(length)
  }

  private static func text(_ buffer: inout ByteBuffer) throws(SPDYError) -> String {
    guard let text = buffer.readString(length: try length(&buffer)) else {
      throw SPDYError(message: "headers that are cut short")
    }
    return text
  }

  /// A block without headers, which is all that a server has to say about a stream.
  mutating func emptyBlock() throws(SPDYError) -> [UInt8] {
    do throws(CodecError) { return try deflater.deflate([0, 0, 0, 0]) } catch {
      throw SPDYError(message: "headers: \(error.message)")
    }
  }
}
