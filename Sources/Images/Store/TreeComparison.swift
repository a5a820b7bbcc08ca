// What two trees do not have in common.

internal import Linux

/// What two trees do not have in common: type, mode, owner, time, attributes, links and content of each entry.
struct TreeComparison {
  /// Directories whose own attributes do not count.
  let foreign: Set<EntryPath>
  private(set) var differences: [String] = []

  /// Enough to see what is wrong.
  private static let limit = 20

  init(foreign: Set<EntryPath>) { self.foreign = foreign }

  mutating func compare(_ expected: borrowing Descriptor, _ actual: borrowing Descriptor) throws(SystemCallError) {
    try compareDirectory(expected, actual, .root)
  }

  private mutating func compareDirectory(
    _ expected: borrowing Descriptor, _ actual: borrowing Descriptor, _ path: EntryPath
  ) throws(SystemCallError) {
    if !foreign.contains(path) {
      compareStatus(try expected.status(), try actual.status(), path)
      try compareAttributes(expected, actual, path)
    }
    let own = try expected.byteEntries()
    let names = Set(own.map(\.name))
    for entry in try actual.byteEntries() where !names.contains(entry.name) {
      add(path.child(entry.name.bytes), "is too much")
    }
    for entry in own where differences.count < TreeComparison.limit {
      try compareEntry(entry.name, expected, actual, path.child(entry.name.bytes))
    }
  }

  private mutating func compareEntry(
    _ name: BytePath, _ expected: borrowing Descriptor, _ actual: borrowing Descriptor, _ path: EntryPath
  ) throws(SystemCallError) {
    let one = try expected.status(of: name)
    let other: FileStatus
    do throws(SystemCallError) { other = try actual.status(of: name) } catch {
      guard error.errno == .noEntry else { throw error }
      return add(path, "is missing")
    }
    guard one.kind == other.kind else { return add(path, "has another type") }
    switch one.kind {
    case .directory:
      let flags: OpenFlags = [.readOnly, .directory, .noFollow]
      try compareDirectory(try expected.open(name, flags), try actual.open(name, flags), path)
    case .regular:
      compareStatus(one, other, path)
      let left = try expected.open(name, [.readOnly, .noFollow])
      let right = try actual.open(name, [.readOnly, .noFollow])
      try compareAttributes(left, right, path)
      if one.size == other.size { try compareContent(left, right, path) }
    case .symbolicLink:
      compareStatus(one, other, path)
      if try expected.readLink(name) != actual.readLink(name) { add(path, "links elsewhere") }
    default:
      compareStatus(one, other, path)
      if one.special != other.special { add(path, "is another device") }
    }
  }

  private mutating func compareStatus(_ one: FileStatus, _ other: FileStatus, _ path: EntryPath) {
    if one.permissions != other.permissions { add(path, "has another mode") }
    if one.uid != other.uid || one.gid != other.gid { add(path, "has another owner") }
    if one.modifiedNanoseconds != other.modifiedNanoseconds { add(path, "was changed at another time") }
    if one.kind == .directory { return }
    if one.links != other.links { add(path, "has \(other.links) names, not \(one.links)") }
    if one.size != other.size { add(path, "has \(other.size) bytes, not \(one.size)") }
  }

  private mutating func compareAttributes(
    _ one: borrowing Descriptor, _ other: borrowing Descriptor, _ path: EntryPath
  ) throws(SystemCallError) {
    let names = Set(try one.attributeNames() + other.attributeNames())
    for name in names.sorted() where !name.hasPrefix("security.selinux") {
      if try one.attribute(name) != other.attribute(name) { add(path, "differs in the attribute \(name)") }
    }
  }

  private mutating func compareContent(
    _ one: borrowing Descriptor, _ other: borrowing Descriptor, _ path: EntryPath
  ) throws(SystemCallError) {
    var (left, right) = ([UInt8](repeating: 0, count: 1 << 16), [UInt8](repeating: 0, count: 1 << 16))
    while true {
      // Plain files of the same size: both reads are full, or at the end.
      let (count, other) = (try one.read(into: &left), try other.read(into: &right))
      if count != other || left[..<count] != right[..<count] { return add(path, "has another content") }
      if count == 0 { return }
    }
  }

  private mutating func add(_ path: EntryPath, _ problem: String) {
    if differences.count < TreeComparison.limit { differences.append("'\(path.text)' \(problem)") }
  }
}
