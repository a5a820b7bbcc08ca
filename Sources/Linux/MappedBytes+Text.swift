// Finding and copying text in blocks of bytes, several bytes at a time.

internal import CShims

/// A byte in each of the eight places of a word.
@inline(__always)
private func repeated(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }

/// The lowest place in `word` that is zero has the top bit of its byte set; places above it may be wrong.
@inline(__always)
private func zeroPlaces(_ word: UInt64) -> UInt64 {
  (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
}

extension MappedBytes {
  /// The offset of the first `byte` in the range, nil when there is none.
  public func firstIndex(of byte: UInt8, from start: Int, to end: Int) -> Int? {
    check(start, end - start)
    let pattern = repeated(byte)
    var at = start
    while at < end {
      // Reads at most seven bytes behind `end`, which the slack covers.
      let word = unsafe UInt64(littleEndian: base.loadUnaligned(fromByteOffset: at, as: UInt64.self))
      let found = zeroPlaces(word ^ pattern)
      if found != 0 {
        let index = at + found.trailingZeroBitCount / 8
        return index < end ? index : nil
      }
      at += 8
    }
    return nil
  }

  /// The offset of the last `byte` in the range, nil when there is none.
  public func lastIndex(of byte: UInt8, from start: Int, to end: Int) -> Int? {
    check(start, end - start)
    var at = end
    while at > start {
      at -= 1
      // `at` lies within the range that was checked.
      if unsafe base.load(fromByteOffset: at, as: UInt8.self) == byte { return at }
    }
    return nil
  }

  /// Copies from `other` up to and with the first `byte`, but at most `count` bytes, as memccpy(3) does.
  /// - Returns: the bytes copied, and whether the last of them is `byte`.
  @inline(__always)
  public mutating func copyThrough(
    _ byte: UInt8, from other: borrowing MappedBytes, at source: Int, count: Int, to target: Int
  ) -> (count: Int, found: Bool) {
    other.check(source, count)
    check(target, count)
    let pattern = repeated(byte)
    var done = 0
    while done < count {
      // Both blocks have slack for the seven bytes that a word may reach behind `count`.
      let word = unsafe other.base.loadUnaligned(fromByteOffset: source + done, as: UInt64.self)
      unsafe base.storeBytes(of: word, toByteOffset: target + done, as: UInt64.self)
      let found = zeroPlaces(UInt64(littleEndian: word) ^ pattern)
      if found != 0 {
        let end = done + found.trailingZeroBitCount / 8 + 1
        return end <= count ? (end, true) : (count, false)
      }
      done += 8
    }
    return (count, false)
  }

  /// Copies `words` times eight bytes within the block, for short texts of a fixed length.
  @inline(__always)
  public mutating func copyWords(_ words: Int, from source: Int, to target: Int) {
    check(source, words * 8)
    check(target, words * 8)
    for word in 0..<words {
      // Both ranges were checked.
      let value = unsafe base.loadUnaligned(fromByteOffset: source + word * 8, as: UInt64.self)
      unsafe base.storeBytes(of: value, toByteOffset: target + word * 8, as: UInt64.self)
    }
  }

  /// Writes `value` as decimal digits with leading zeros.
  @inline(__always)
  public mutating func putDecimal(_ value: Int, digits: Int, at offset: Int) {
    check(offset, digits)
    var rest = UInt32(truncatingIfNeeded: value)
    var at = offset + digits
    while at > offset {
      at -= 1
      let next = rest / 10
      // `at` lies within the range that was checked.
      unsafe base.storeBytes(of: UInt8(truncatingIfNeeded: 48 &+ rest &- next &* 10), toByteOffset: at, as: UInt8.self)
      rest = next
    }
  }
  // MARK: Lines behind heads

  /// Bytes of a head, of the block that it lies in, and of the longest line that `copyLines` takes; the last of the
  /// nine digits that count the lines is at 28.
  public static let headSize = Int(APUS_HEAD_SIZE)
  public static let headBlock = Int(APUS_HEAD_BLOCK)
  public static let longestLine = Int(APUS_LONGEST_LINE)

  /// What `copyLines` did.
  public struct Lines {
    /// Bytes of the source, bytes written, and how many lines.
    public let taken: Int
    public let written: Int
    public let count: Int
  }

  /// Copies whole lines of another block, each behind a copy of a head of this block, whose digits count them. Stops at
  /// a line without an end or one that is too long, and where the target might not hold the next one.
  /// - Parameter most: the lines at most; the digits must not run over.
  public mutating func copyLines(
    _ source: Range<Int>, of other: borrowing MappedBytes, behind head: Int, to target: Range<Int>, most: Int
  ) -> Lines {
    other.check(source.lowerBound, source.count)
    check(target.lowerBound, target.count)
    check(head, MappedBytes.headBlock)
    var lines = apus_lines(source: UInt64(source.count), target: UInt64(target.count), count: UInt64(max(0, most)))
    let (from, to) = (source.lowerBound, target.lowerBound)
    // The ranges were checked; reads reach fifteen bytes behind the source, which the slack covers, writes stay inside.
    unsafe apus_copy_lines(
      (other.base + from).assumingMemoryBound(to: UInt8.self), (base + to).assumingMemoryBound(to: UInt8.self),
      (base + head).assumingMemoryBound(to: UInt8.self), &lines)
    return Lines(taken: Int(lines.source), written: Int(lines.target), count: Int(lines.count))
  }
}
