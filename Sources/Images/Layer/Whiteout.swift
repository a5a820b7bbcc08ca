// What a layer removes from those below it.

/// What a layer removes from those below it (image-spec layer.md, Whiteouts): names of an archive with a prefix.
enum Whiteout: Equatable {
  /// The entry of this name beside the whiteout.
  case entry([UInt8])
  /// All that lower layers have in the directory of the whiteout.
  case opaque
  /// A name that AUFS kept for its own records.
  case foreign

  private static let prefix = Array(".wh.".utf8)

  /// Nil for a path that is no whiteout.
  init?(_ path: EntryPath) throws(ImageError) {
    guard let last = path.names.last else { return nil }
    if path.names.contains(where: { $0.starts(with: ".wh..wh.".utf8) && !$0.elementsEqual(".wh..wh..opq".utf8) }) {
      self = .foreign
      return
    }
    guard path.names.dropLast().allSatisfy({ !$0.starts(with: Whiteout.prefix) }) else {
      throw TarHeader.failure("'\(path.text)' lies within something removed")
    }
    guard last.starts(with: Whiteout.prefix) else { return nil }
    let name = Array(last.dropFirst(Whiteout.prefix.count))
    if name.elementsEqual(".wh..opq".utf8) {
      self = .opaque
    } else if name.isEmpty || name.elementsEqual(".".utf8) || name.elementsEqual("..".utf8) {
      throw TarHeader.failure("'\(path.text)' removes nothing that has a name")
    } else {
      self = .entry(name)
    }
  }
}
