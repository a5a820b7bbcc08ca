// Decompression in pieces of every size.

import Codecs
import Foundation
import Testing

@Suite("Decompression")
struct StreamDecoderTests {
  /// Decodes in pieces of so many bytes, into room for so many.
  private func decode(
    _ bytes: [UInt8], _ compression: Compression? = nil, by library: GzipLibrary = .fastest, piece: Int = 4096,
    room: Int = 65536
  ) throws -> [UInt8] {
    let told = Compression(beginning: bytes.prefix(Compression.magicLength))
    var decoder = try StreamDecoder(compression ?? told, gzipBy: library)
    var output = [UInt8](repeating: 0, count: room)
    var result: [UInt8] = []
    var position = 0
    while true {
      let end = min(position + piece, bytes.count)
      let step = try decoder.decode(bytes, position..<end, into: &output)
      result += output.prefix(step.produced)
      position += step.consumed
      if step.consumed == 0 && step.produced == 0 {
        if end == bytes.count { break }
        Issue.record("no progress at \(position)")
        break
      }
    }
    try decoder.finish()
    return result
  }

  @Test("gzip comes out as it went in, whatever the pieces", arguments: [1, 3, 7, 512, 100_000], [1, 64, 100_000])
  func gzip(piece: Int, room: Int) throws {
    let text = SampleStreams.text(40_000)
    let stream = try SampleStreams.gzip(text)
    #expect(try decode(stream, piece: piece, room: room) == text)
    #expect(try decode(stream, by: .zlib, piece: piece, room: room) == text)
  }

  @Test("zstd comes out as it went in, whatever the pieces", arguments: [1, 3, 7, 512, 100_000], [1, 64, 100_000])
  func zstd(piece: Int, room: Int) throws {
    let text = SampleStreams.text(40_000)
    #expect(try decode(SampleStreams.zstd(text), piece: piece, room: room) == text)
  }

  @Test("plain bytes pass unchanged")
  func plain() throws {
    let text = SampleStreams.text(10_000)
    #expect(try decode(text, piece: 777, room: 100) == text)
    #expect(try decode([]).isEmpty)
  }

  @Test("all members of gzip count", arguments: [1, 2, 17, 100_000])
  func members(piece: Int) throws {
    let (one, other) = (SampleStreams.text(3000), SampleStreams.text(5001))
    let stream = try SampleStreams.gzip(one) + SampleStreams.gzip([]) + SampleStreams.gzip(other)
    #expect(try decode(stream, piece: piece) == one + other)
  }

  @Test("all frames of zstd count, those to be skipped do not", arguments: [1, 2, 17, 100_000])
  func frames(piece: Int) throws {
    let (one, other) = (SampleStreams.text(3000), SampleStreams.text(5001))
    let skipped = SampleStreams.skippableFrame
    let stream = try skipped + SampleStreams.zstd(one) + skipped + SampleStreams.zstd(other) + skipped
    #expect(try decode(stream, piece: piece) == one + other)
  }

  @Test("a stream cut anywhere is refused", arguments: [Compression.gzip, .zstd])
  func cutShort(compression: Compression) throws {
    let text = SampleStreams.text(2000)
    let stream = try compression == .gzip ? SampleStreams.gzip(text) : SampleStreams.zstd(text)
    for length in stride(from: 0, to: stream.count, by: 13) {
      #expect(throws: CodecError.cutShort) { try decode(Array(stream.prefix(length)), compression) }
    }
  }

  @Test("a flipped bit is refused, or one that does not count", arguments: [Compression.gzip, .zstd])
  func flipped(compression: Compression) throws {
    let text = SampleStreams.text(2000)
    let stream = try compression == .gzip ? SampleStreams.gzip(text) : SampleStreams.zstd(text)
    for position in stride(from: 10, to: stream.count, by: 11) {
      var broken = stream
      broken[position] ^= 0x10
      // The bits that fill the last byte of a deflate stream have no meaning.
      if let result = try? decode(broken, compression) { #expect(result == text, "position \(position)") }
    }
  }

  @Test("bytes behind the end are refused")
  func trailing() throws {
    let text = SampleStreams.text(2000)
    #expect(throws: CodecError.trailingBytes) { try decode(SampleStreams.gzip(text) + [0, 0, 0]) }
    #expect(throws: CodecError.self) { try decode(SampleStreams.zstd(text) + [1, 2, 3, 4, 5]) }
  }

  @Test("a window of zstd that no decoder has to take is refused")
  func window() throws {
    // A frame header with a window of 2^31 bytes: descriptor 0, then exponent 21 of 2^10.
    #expect(throws: CodecError.memory) {
      try decode([0x28, 0xb5, 0x2f, 0xfd, 0x00, 21 << 3, 1, 0, 0], .zstd)
    }
  }

  @Test("other compressions are refused by name")
  func unsupported() {
    #expect(throws: CodecError.unsupported(.xz)) { try decode([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]) }
    #expect(throws: CodecError.unsupported(.bzip2)) { try decode(Array("BZh91AY".utf8)) }
  }

  @Test("zlib refuses what is cut, damaged or followed by something, as the faster library does")
  func zlibRefuses() throws {
    let stream = try SampleStreams.gzip(SampleStreams.text(2000))
    #expect(throws: CodecError.cutShort) { try decode(Array(stream.dropLast(3)), by: .zlib) }
    #expect(throws: CodecError.trailingBytes) { try decode(stream + [0, 0, 0], by: .zlib) }
    var broken = stream
    broken[stream.count - 6] ^= 1
    #expect(throws: CodecError.corrupt) { try decode(broken, by: .zlib) }
    #expect(try decode(stream + stream, by: .zlib).count == 4000)
  }

  @Test("gzip is inflated by ISA-L where the host has it")
  func library() {
    let folders = ["/lib", "/usr/lib", "/usr/lib64", "/usr/local/lib"]
    let machines = ["", "/x86_64-linux-gnu", "/aarch64-linux-gnu"]
    let isThere = folders.contains { folder in
      machines.contains { FileManager.default.fileExists(atPath: "\(folder)\($0)/libisal.so.2") }
    }
    #expect(GzipLibrary.fastestName == (isThere ? "isa-l" : "zlib"))
  }
}
