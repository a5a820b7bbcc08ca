// Content on its way into the store.

internal import Linux

/// Content on its way into the store: written to a file in staging, hashed on the way, put in place when it is whole
/// and what its digest says. A value that ends before leaves nothing behind. Somebody else may get the bytes meanwhile.
public struct BlobWriter: ~Copyable, Sendable {
  private let store: Store
  private let name: String
  private let file: Descriptor
  private let expected: Content
  private var hash: ContentHash
  /// A socket that gets all bytes, too, until nobody listens any more.
  private var listener: Descriptor?
  /// Bytes so far: where an interrupted download goes on.
  public private(set) var count: Int64 = 0
  private var isDone = false

  init(_ store: Store, _ expected: Content, listener: consuming Descriptor?) throws(ImageError) {
    let name = store.newName()
    file = try attempting("making a file in the store") { () throws(SystemCallError) in
      try store.folders.staging.open(name, [.readWrite, .create, .exclusive, .noFollow], mode: 0o600)
    }
    self.store = store
    self.name = name
    self.expected = expected
    self.listener = listener
    hash = ContentHash(expected.digest.algorithm)
  }

  deinit {
    if !isDone { try? store.folders.staging.removeFile(name) }
  }

  /// More bytes than announced are refused at once.
  public mutating func write(_ bytes: [UInt8], _ range: Range<Int>) throws(ImageError) {
    guard count + Int64(range.count) <= expected.size else {
      throw ImageError(.digestMismatch, "\(expected.digest): more than the \(expected.size) bytes that were announced")
    }
    do throws(SystemCallError) { try file.writeAll(bytes, range) } catch {
      throw ImageError("writing \(expected.digest)", error)
    }
    tell(bytes, range)
    hash.update(bytes[range])
    count += Int64(range.count)
  }

  /// Whoever stopped to listen says himself why; whether the content is what it should be shows at its end.
  private mutating func tell(_ bytes: [UInt8], _ range: Range<Int>) {
    do throws(SystemCallError) { try listener?.sendAll(bytes, range) } catch { listener = nil }
  }

  /// Puts the content in place, held by the lease.
  public consuming func commit(_ lease: Lease) throws(ImageError) {
    guard count == expected.size else {
      throw ImageError(.digestMismatch, "\(expected.digest): \(count) bytes came of \(expected.size)")
    }
    let actual = hash.digest
    guard actual == expected.digest else {
      throw ImageError(.digestMismatch, "\(expected.digest): the content has the digest \(actual)")
    }
    try store.place(name, as: expected, lease)
    isDone = true
  }
}
