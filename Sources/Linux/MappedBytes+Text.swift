// Finding and copying text in blocks of bytes, eight bytes at a time.

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
}
