// Blocks of bytes by the page.

import Linux
import Testing

@Suite("Blocks of bytes")
struct MappedBytesTests {
  @Test("a byte is found at every place and never behind the end")
  func find() throws {
    var block = try MappedBytes(capacity: 100)
    for place in 0..<100 {
      block[place] = 10
      for start in [0, 1, 7, place] where start <= place {
        expect(block.firstIndex(of: 10, from: start, to: 100) == place)
        expect(block.firstIndex(of: 10, from: start, to: place) == nil)
        expect(block.lastIndex(of: 10, from: start, to: 100) == place)
      }
      block[place] = 0x8a
    }
    // Bytes that differ from the one looked for by a borrow or the top bit only.
    for (place, byte) in [UInt8(0x0b), 0x8a, 0x09, 0x0b, 0x8b, 0x00, 0xff, 0x0b].enumerated() { block[place] = byte }
    expect(block.firstIndex(of: 10, from: 0, to: 100) == nil)
  }

  @Test("copying through a byte copies as memccpy does", arguments: 0..<40)
  func copyThrough(length: Int) throws {
    var source = try MappedBytes(capacity: 64)
    for index in 0..<64 { source[index] = UInt8(index + 65) }
    source[length] = 10
    for start in 0...min(3, length) {
      var target = try MappedBytes(capacity: 64)
      let all = target.copyThrough(10, from: source, at: start, count: 64 - start, to: 0)
      expect(all.count == length - start + 1 && all.found)
      expect(target.bytes(0..<all.count) == source.bytes(start..<length + 1))
      let short = target.copyThrough(10, from: source, at: start, count: length - start, to: 0)
      expect(short.count == length - start && !short.found)
    }
  }

  @Test("lines are copied behind heads that count them, as one by one", arguments: 0..<60)
  func copyLines(seed: Int) throws {
    var source = try MappedBytes(capacity: 60_000)
    var target = try MappedBytes(capacity: 200_000)
    // Lines of 0 to 99 bytes, now and then one at or over the limit, the last one without an end.
    var lines: [[UInt8]] = []
    var number = seed &* 7919 + 1
    for index in 0..<400 {
      number = (number &* 1_103_515_245 &+ 12345) & 0x7fff_ffff
      let length = index == 200 && seed % 3 > 0 ? MappedBytes.longestLine + seed % 3 - 1 : number / 65536 % 100
      lines.append([UInt8](repeating: UInt8(32 + number % 200), count: length).map { $0 == 10 ? 0x8a : $0 })
    }
    var end = 0
    for line in lines { end = source.put(line + [10], at: end) }
    // The count must not run over, which a number of lines sees to.
    let (first, most) = seed % 2 == 0 ? (985, 1000) : (999_999_985, 14)
    target.put(MappedBytesTests.head(first), at: 0)
    let room = seed % 5 == 0 ? 20_000 : 150_000
    let done = target.copyLines(0..<(end - 1), of: source, behind: 0, to: 100..<(100 + room), most: most)
    var expected: [UInt8] = []
    var (count, taken) = (0, 0)
    for line in lines.dropLast() where count < most {
      // 48 bytes of head beside the longest line, and what a copy of sixteen bytes at a time writes behind it.
      if line.count > MappedBytes.longestLine || room - expected.count < MappedBytes.longestLine + 64 { break }
      expected += MappedBytesTests.head(first + count) + line + [10]
      count += 1
      taken += line.count + 1
    }
    expect(done.count == count && done.taken == taken && done.written == expected.count)
    expect(target.bytes(100..<(100 + expected.count)) == expected)
    expect(target.bytes((100 + room)..<200_000).allSatisfy { $0 == 0 })
  }

  private static func head(_ count: Int) -> [UInt8] {
    [UInt8]("abcdefghijklmnopqrst".utf8) + [UInt8]("\(1_000_000_000 + count)".utf8.dropFirst())
      + [UInt8]("+++++++++++++++ ".utf8)
  }

  @Test("numbers are written with leading zeros")
  func decimal() throws {
    var block = try MappedBytes(capacity: 16)
    block.putDecimal(7, digits: 9, at: 1)
    expect(block.bytes(1..<10) == [UInt8]("000000007".utf8))
    block.putDecimal(999_999_999, digits: 9, at: 1)
    expect(block.bytes(1..<10) == [UInt8]("999999999".utf8))
  }

  @Test("pages that are given back read as zero")
  func giveBack() throws {
    var block = try MappedBytes(capacity: 3 * 4096)
    for place in [0, 5000, 9000] { block[place] = 1 }
    block.giveBack(from: 4096)
    expect(block[0] == 1 && block[5000] == 0 && block[9000] == 0)
  }

  @Test("reading and writing tell how it went without an error")
  func transfer() throws {
    var pipe = try DescriptorPair.pipe(.nonBlocking)
    var block = try MappedBytes(capacity: 100)
    expect(block.read(from: pipe.first, at: 0, limit: 100) == .wouldBlock)
    block.put("hello", at: 10)
    expect(block.write(to: pipe.second, from: 10, count: 5) == .moved(5))
    expect(block.read(from: pipe.first, at: 50, limit: 50) == .moved(5))
    expect(block.bytes(50..<55) == [UInt8]("hello".utf8))
    pipe.second = .absent
    expect(block.read(from: pipe.first, at: 0, limit: 100) == .ended)
    expect(block.write(to: pipe.first, from: 0, count: 1) == .failed(.badDescriptor))
  }
}
