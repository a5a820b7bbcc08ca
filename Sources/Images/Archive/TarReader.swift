// Reads the entries of a tar archive, one after the other.

internal import Linux

/// Reads the entries of a tar archive: ustar, pax and GNU's long names and sparse files. After each entry its data may
/// be read from the stream; what was left is passed over.
struct TarReader {
  let stream: LayerStream
  private let limits: LayerLimits
  /// Data of the current entry that was not read yet, and the bytes that fill its last block.
  private var left: Int64 = 0
  private var padding: Int64 = 0
  private var count = 0

  init(_ stream: LayerStream, limits: LayerLimits = LayerLimits()) {
    self.stream = stream
    self.limits = limits
  }

  /// The next entry, nil at the end of the archive: two blocks of zeros, one and nothing more, or nothing.
  mutating func next() throws(ImageError) -> TarEntry? {
    try passData()
    var extended = PaxRecords()
    var (longPath, longTarget): ([UInt8]?, [UInt8]?) = (nil, nil)
    while let header = try header() {
      count += 1
      guard count <= limits.entries else {
        throw ImageError(.limitExceeded, "the archive: more than \(limits.entries) entries")
      }
      switch header.type {
      case UInt8(ascii: "x"), UInt8(ascii: "X"): extended = try PaxRecords(try headerData(header), limits: limits)
      // What is said for all entries has never been followed by those who unpack images: nothing to rely on.
      case UInt8(ascii: "g"): _ = try headerData(header)
      case UInt8(ascii: "L"): longPath = TarReader.upToNUL(try headerData(header))
      case UInt8(ascii: "K"): longTarget = TarReader.upToNUL(try headerData(header))
      default: return try entry(header, extended, longPath, longTarget)
      }
    }
    return nil
  }

  /// The next bytes of the current entry's data in `buffer` of the stream; empty when there are no more.
  mutating func data() throws(ImageError) -> Range<Int> {
    guard left > 0 else { return 0..<0 }
    let range = try stream.next(left)
    guard !range.isEmpty else { throw TarHeader.failure("it ends within a file") }
    left -= Int64(range.count)
    return range
  }

  private mutating func passData() throws(ImageError) {
    // Files at the very end may lack what fills the block.
    guard try stream.skip(left) == 0 else { throw TarHeader.failure("it ends within a file") }
    _ = try stream.skip(padding)
    (left, padding) = (0, 0)
  }

  private mutating func header() throws(ImageError) -> TarHeader? {
    let block = try stream.take(TarHeader.size)
    if block.isEmpty { return nil }
    guard block.count == TarHeader.size else { throw TarHeader.failure("it ends within a header") }
    if let header = try TarHeader(block) { return header }
    // Whoever goes on after a single block of zeros sees entries that others do not.
    let second = try stream.take(TarHeader.size)
    guard second.allSatisfy({ $0 == 0 }) else { throw TarHeader.failure("a block of zeros stands between entries") }
    return nil
  }

  /// The data of a header that is no entry itself.
  private mutating func headerData(_ header: TarHeader) throws(ImageError) -> [UInt8] {
    let size = try header.number(124..<136)
    guard size >= 0, size <= limits.headerBytes else {
      throw ImageError(.limitExceeded, "the archive: an extended header of \(size) bytes")
    }
    let bytes = try stream.take(Int(size))
    guard bytes.count == size else { throw TarHeader.failure("it ends within a header") }
    _ = try stream.skip(TarReader.padding(size))
    return bytes
  }

  private mutating func entry(
    _ header: TarHeader, _ extended: PaxRecords, _ longPath: [UInt8]?, _ longTarget: [UInt8]?
  ) throws(ImageError) -> TarEntry {
    var entry = TarEntry()
    entry.path = try extended.text("path") ?? longPath ?? header.path
    entry.target = try extended.text("linkpath") ?? longTarget ?? header.target
    entry.kind = try TarReader.kind(header, path: entry.path)
    entry.mode = UInt32(truncatingIfNeeded: try header.number(100..<108)) & 0o7777
    entry.uid = try TarReader.owner(try extended.number("uid"), header, 108..<116)
    entry.gid = try TarReader.owner(try extended.number("gid"), header, 116..<124)
    entry.modified = FileTime(seconds: try header.number(136..<148))
    if let time = try extended.time("mtime") { entry.modified = time }
    entry.attributes = try extended.attributes(limits)
    if entry.kind == .characterDevice || entry.kind == .blockDevice {
      entry.device = try TarReader.device(header)
    }
    guard entry.kind == .regular else { return entry }
    entry.size = try header.number(124..<136)
    if let size = try extended.number("size") { entry.size = size }
    guard entry.size >= 0 else { throw TarHeader.failure("'\(entry.name)': the size is negative") }
    (left, padding) = (entry.size, TarReader.padding(entry.size))
    try readSparseMap(header, extended, &entry)
    return entry
  }

  private static func kind(_ header: TarHeader, path: [UInt8]) throws(ImageError) -> TarEntry.Kind {
    switch header.type {
    case 0 where path.last == UInt8(ascii: "/"), UInt8(ascii: "0") where header.isOld && path.last == UInt8(ascii: "/"):
      return .directory
    // '7' asks for contiguous storage, which no file system has; 'S' is a sparse file of GNU.
    case 0, UInt8(ascii: "0"), UInt8(ascii: "7"), UInt8(ascii: "S"): return .regular
    case UInt8(ascii: "1"): return .hardLink
    case UInt8(ascii: "2"): return .symbolicLink
    case UInt8(ascii: "3"): return .characterDevice
    case UInt8(ascii: "4"): return .blockDevice
    case UInt8(ascii: "5"): return .directory
    case UInt8(ascii: "6"): return .fifo
    default:
      let type = String(UnicodeScalar(header.type)).shortened
      throw ImageError(.unsupported, "the archive: an entry of type '\(type)'")
    }
  }

  /// An id; the highest means "leave it as it is" to chown(2).
  private static func owner(
    _ extended: Int64?, _ header: TarHeader, _ field: Range<Int>
  ) throws(ImageError) -> UInt32 {
    var value = extended ?? 0
    if extended == nil { value = try header.number(field) }
    guard let id = UInt32(exactly: value), id != UInt32.max else {
      throw TarHeader.failure("the owner \(value) is none")
    }
    return id
  }

  private static func device(_ header: TarHeader) throws(ImageError) -> DeviceNumber {
    let (major, minor) = (try header.number(329..<337), try header.number(337..<345))
    guard (0..<(1 << 12)).contains(major), (0..<(1 << 20)).contains(minor) else {
      throw TarHeader.failure("the device \(major):\(minor) is none")
    }
    return DeviceNumber(major: UInt32(major), minor: UInt32(minor))
  }

  private static func padding(_ size: Int64) -> Int64 { (512 - size % 512) % 512 }

  private static func upToNUL(_ bytes: [UInt8]) -> [UInt8] { Array(bytes.prefix { $0 != 0 }) }
}

// MARK: - Sparse files

extension TarReader {
  private mutating func readSparseMap(
    _ header: TarHeader, _ extended: PaxRecords, _ entry: inout TarEntry
  ) throws(ImageError) {
    if header.type == UInt8(ascii: "S") {
      entry.sparse = try oldMap(header)
    } else if let major = extended.values["GNU.sparse.major"], major == Array("1".utf8) {
      let before = stream.position
      entry.sparse = try newMap(fileSize: try extended.number("GNU.sparse.realsize"))
      let used = stream.position - before
      guard used <= entry.size else { throw TarReader.sparseFailure }
      left = entry.size - used
      entry.size = left
    } else if let fileSize = try extended.number("GNU.sparse.size") {
      entry.sparse = try paxMap(extended, fileSize)
    }
    if let name = try extended.text("GNU.sparse.name") { entry.path = name }
    if let map = entry.sparse, !map.isValid(for: entry.size) { throw TarReader.sparseFailure }
  }

  /// GNU's own format: four pieces in the header, twenty-one in each block that follows.
  private func oldMap(_ header: TarHeader) throws(ImageError) -> SparseMap {
    var map = SparseMap()
    map.fileSize = try header.number(483..<495)
    var (block, start, places, more) = (header.bytes, 386, 4, 482)
    while true {
      for place in 0..<places {
        let at = start + place * 24
        guard block[at] != 0 else { break }
        let fields = TarHeader(fields: block)
        let piece = SparseMap.Piece(
          offset: try fields.number(at..<(at + 12)), count: try fields.number((at + 12)..<(at + 24)))
        try append(piece, to: &map)
      }
      if block[more] == 0 { return map }
      block = try stream.take(TarHeader.size)
      guard block.count == TarHeader.size else { throw TarReader.sparseFailure }
      (start, places, more) = (0, 21, 504)
    }
  }

  /// Version 1.0: the numbers stand before the data, in lines, up to a whole block.
  private func newMap(fileSize: Int64?) throws(ImageError) -> SparseMap {
    var map = SparseMap()
    map.fileSize = fileSize ?? 0
    let start = stream.position
    let pieces = try line()
    guard pieces <= limits.sparsePieces else { throw TarReader.sparseFailure }
    for _ in 0..<pieces { try append(SparseMap.Piece(offset: try line(), count: try line()), to: &map) }
    _ = try stream.skip(TarReader.padding(stream.position - start))
    return map
  }

  /// Versions 0.0 and 0.1: the numbers are records of the extended header.
  private func paxMap(_ extended: PaxRecords, _ fileSize: Int64) throws(ImageError) -> SparseMap {
    var numbers = extended.sparseNumbers
    if let text = extended.values["GNU.sparse.map"] {
      numbers = []
      for part in text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
        guard let number = PaxRecords.decimal(part) else { throw TarReader.sparseFailure }
        numbers.append(number)
      }
    }
    guard numbers.count.isMultiple(of: 2) else { throw TarReader.sparseFailure }
    var map = SparseMap()
    map.fileSize = fileSize
    for index in stride(from: 0, to: numbers.count, by: 2) {
      try append(SparseMap.Piece(offset: numbers[index], count: numbers[index + 1]), to: &map)
    }
    return map
  }

  private func append(_ piece: SparseMap.Piece, to map: inout SparseMap) throws(ImageError) {
    guard map.pieces.count < limits.sparsePieces else { throw TarReader.sparseFailure }
    map.pieces.append(piece)
  }

  /// A decimal number and its newline.
  private func line() throws(ImageError) -> Int64 {
    var digits: [UInt8] = []
    while digits.count < 20 {
      let byte = try stream.take(1)
      if byte.first == 10, let number = PaxRecords.decimal(digits[...]) { return number }
      digits += byte
      if byte.isEmpty { break }
    }
    throw TarReader.sparseFailure
  }

  private static var sparseFailure: ImageError { TarHeader.failure("the map of a sparse file is damaged") }
}

extension TarHeader {
  /// A block of which only fields are read.
  fileprivate init(fields: [UInt8]) { bytes = fields }
}
