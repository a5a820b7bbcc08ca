// Frames and headers of SPDY, without a connection.

import Codecs
import NIOCore
import Testing

@testable import Streaming

@Suite("Frames of SPDY")
struct SPDYTests {
  @Test("the dictionary is that of the specification")
  func dictionary() {
    var (low, high) = (UInt32(1), UInt32(0))
    for byte in SPDYDictionary.bytes {
      low = (low + UInt32(byte)) % 65521
      high = (high + low) % 65521
    }
    #expect(SPDYDictionary.bytes.count == 1423)
    #expect(high << 16 | low == 0xe3c6_a7c2)
  }

  private func frames(_ bytes: [UInt8], piece: Int) throws -> [SPDYFrame] {
    var decoder = SPDYDecoder()
    var buffer = ByteBuffer()
    var frames: [SPDYFrame] = []
    for start in stride(from: 0, to: bytes.count, by: piece) {
      buffer.writeBytes(bytes[start..<min(start + piece, bytes.count)])
      while let frame = try decoder.next(&buffer) { frames.append(frame) }
    }
    return frames
  }

  private static let stream: [UInt8] =
    [0x80, 3, 0, 1, 1, 0, 0, 12, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 9, 8]
    + [0x80, 3, 0, 3, 0, 0, 0, 8, 0, 0, 0, 5, 0, 0, 0, 1] + [0x80, 3, 0, 6, 0, 0, 0, 4, 0, 0, 0, 7]
    + [0x80, 3, 0, 9, 0, 0, 0, 8, 0, 0, 0, 5, 0, 0, 0, 1] + [0, 0, 0, 5, 1, 0, 0, 3, 1, 2, 3]
    + [0, 0, 0, 5, 1, 0, 0, 0] + [0x80, 3, 0, 7, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0]

  @Test("frames are the same however they are cut", arguments: [1, 2, 3, 7, 1000])
  func pieces(piece: Int) throws {
    let frames = try frames(SPDYTests.stream, piece: piece)
    #expect(
      frames.prefix(4) == [.synStream(id: 5, isLast: true, block: [9, 8]), .reset(id: 5), .ping(id: 7), .ignored])
    var data: [UInt8] = []
    var ends = 0
    for case .data(5, let isLast, let bytes) in frames {
      data += Array(buffer: bytes)
      ends += isLast ? 1 : 0
    }
    #expect(data == [1, 2, 3])
    #expect(ends == 2)
    #expect(frames.last == .goAway)
  }

  @Test(
    "what is no frame of this version is refused",
    arguments: [
      [0x80, 2, 0, 6, 0, 0, 0, 4, 0, 0, 0, 7], [0x80, 3, 0, 1, 0, 1, 0, 1], [0, 0, 0, 0, 0, 0, 0, 1, 1],
      [0x80, 3, 0, 3, 0, 0, 0, 2, 0, 0], [0x80, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 1, 0, 0],
    ] as [[UInt8]])
  func refused(bytes: [UInt8]) {
    #expect(throws: SPDYError.self) { _ = try frames(bytes, piece: 100) }
  }

  private func plain(_ headers: [(String, String)]) -> [UInt8] {
    func number(_ value: Int) -> [UInt8] { [0, 0, UInt8(value >> 8), UInt8(value & 255)] }
    return number(headers.count)
      + headers.flatMap { number($0.0.utf8.count) + Array($0.0.utf8) + number($0.1.utf8.count) + Array($0.1.utf8) }
  }

  @Test("headers of a connection share one context")
  func headers() throws {
    var deflater = try DictionaryDeflater(dictionary: SPDYDictionary.bytes)
    var headers = try SPDYHeaders()
    var sizes: [Int] = []
    for number in 0..<50 {
      let block = try deflater.deflate(plain([("streamType", "data"), ("port", "80"), ("requestID", "\(number)")]))
      sizes.append(block.count)
      #expect(try headers.read(block) == ["streamtype": "data", "port": "80", "requestid": "\(number)"])
    }
    // What was said before is not said again.
    #expect(sizes[5] < sizes[0])
    var inflater = try DictionaryInflater(dictionary: SPDYDictionary.bytes)
    for _ in 0..<3 { #expect(try inflater.inflate(headers.emptyBlock(), limit: 100) == [0, 0, 0, 0]) }
  }

  @Test("headers that grow without bound are refused, as is what is no header")
  func bomb() throws {
    var deflater = try DictionaryDeflater(dictionary: SPDYDictionary.bytes)
    let block = try deflater.deflate(
      plain([("a", String(repeating: "b", count: 60000)), ("c", String(repeating: "d", count: 60000))]))
    #expect(block.count < 2000)
    var headers = try SPDYHeaders()
    do throws(SPDYError) {
      _ = try headers.read(block)
      Issue.record("taken")
    } catch { #expect(error.message.contains("memory")) }
    var others = try SPDYHeaders()
    do throws(SPDYError) {
      _ = try others.read([1, 2, 3, 4])
      Issue.record("taken")
    } catch { #expect(error.message.contains("damaged")) }
  }
}
