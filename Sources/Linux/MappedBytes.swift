// A block of memory by the page: costs nothing until it is touched, and can be given back.

internal import CShims

/// A block of bytes in pages of its own, all zero at first. A page costs memory only once it has been touched, so
/// blocks can be made for the greatest burst; `giveBack` returns the touched pages. Every access is checked.
@safe
public struct MappedBytes: ~Copyable {
  public let capacity: Int
  // Mapped by init for `capacity + slack` bytes, unmapped by deinit, never handed out.
  let base: UnsafeMutableRawPointer

  /// Bytes behind the capacity that word-wise copies may touch.
  static let slack = 64

  @inline(never)
  public init(capacity: Int) throws(SystemCallError) {
    let address = try systemCall("mmap", apus_map_memory(capacity + MappedBytes.slack))
    // The address of the mapping that the call made.
    guard let pointer = unsafe UnsafeMutableRawPointer(bitPattern: Int(address)) else {
      throw SystemCallError(call: "mmap", errno: .noMemory)
    }
    self.capacity = capacity
    unsafe base = pointer
  }

  deinit {
    // The whole mapping, which nobody else knows.
    _ = unsafe apus_unmap_memory(base, capacity + MappedBytes.slack)
  }

  @inline(__always)
  func check(_ offset: Int, _ count: Int) {
    precondition(offset >= 0 && count >= 0 && offset <= capacity - count, "outside of the block")
  }

  public subscript(_ offset: Int) -> UInt8 {
    @inline(__always) get {
      check(offset, 1)
      // Checked above, here and below.
      return unsafe base.load(fromByteOffset: offset, as: UInt8.self)
    }
    @inline(__always) set {
      check(offset, 1)
      unsafe base.storeBytes(of: newValue, toByteOffset: offset, as: UInt8.self)
    }
  }

  /// Gives the pages from `offset` on back to the kernel; they read as zero afterwards.
  public mutating func giveBack(from offset: Int = 0) {
    let page = 4096
    let start = (offset + page - 1) / page * page
    if start >= capacity { return }
    // Whole pages of our own mapping.
    _ = unsafe apus_drop_pages(base + start, capacity + MappedBytes.slack - start)
  }

  /// Writes `bytes` from `offset` on and returns the offset behind them.
  @discardableResult
  public mutating func put(_ bytes: [UInt8], at offset: Int) -> Int {
    check(offset, bytes.count)
    for index in 0..<bytes.count {
      // Checked above.
      unsafe base.storeBytes(of: bytes[index], toByteOffset: offset + index, as: UInt8.self)
    }
    return offset + bytes.count
  }

  /// Writes the text of a literal from `offset` on and returns the offset behind it.
  @discardableResult
  public mutating func put(_ literal: StaticString, at offset: Int) -> Int {
    check(offset, literal.utf8CodeUnitCount)
    // Checked above; a literal lives as long as the program.
    unsafe (base + offset).copyMemory(from: literal.utf8Start, byteCount: literal.utf8CodeUnitCount)
    return offset + literal.utf8CodeUnitCount
  }

  /// The bytes of a range as an array.
  public func bytes(_ range: Range<Int>) -> [UInt8] {
    check(range.lowerBound, range.count)
    // Checked above.
    return unsafe [UInt8](UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count))
  }

  /// Moves bytes within the block; the ranges may overlap.
  public mutating func move(from source: Int, to target: Int, count: Int) {
    check(source, count)
    check(target, count)
    // Both ranges were checked; memmove semantics.
    unsafe (base + target).copyMemory(from: base + source, byteCount: count)
  }

  /// Copies bytes of another block into this one.
  public mutating func copy(from other: borrowing MappedBytes, at source: Int, count: Int, to target: Int) {
    other.check(source, count)
    check(target, count)
    // Both ranges were checked; two blocks never overlap.
    unsafe (base + target).copyMemory(from: other.base + source, byteCount: count)
  }
}

// MARK: - System calls on blocks

extension MappedBytes {
  /// read(2) into the block.
  public mutating func read(from source: borrowing Descriptor, at offset: Int, limit: Int) -> Transfer {
    check(offset, limit)
    let descriptor = source.number
    // The range was checked and stays mapped during the call, here and below.
    return Transfer(unsafe apus_read(descriptor, base + offset, limit))
  }

  /// write(2) from the block.
  public func write(to target: borrowing Descriptor, from offset: Int, count: Int) -> Transfer {
    check(offset, count)
    let descriptor = target.number
    return Transfer(unsafe apus_write(descriptor, base + offset, count))
  }

  /// Sends one packet made of a first byte and a range of the block, without waiting.
  public func send(to socket: borrowing Descriptor, first: UInt8, from offset: Int, count: Int) -> Transfer {
    check(offset, count)
    let descriptor = socket.number
    var head = first
    return Transfer(unsafe apus_send_parts(descriptor, &head, 1, base + offset, count))
  }

  /// Sends one packet made of a range of the block, without waiting.
  public func send(to socket: borrowing Descriptor, from offset: Int, count: Int) -> Transfer {
    check(offset, count)
    let descriptor = socket.number
    return Transfer(unsafe apus_send_parts(descriptor, base, 0, base + offset, count))
  }
}
