// A path of an archive, made harmless.

internal import Linux

/// A path of an archive as names below the layer's root. `.` and empty names are dropped and `..` takes back the name
/// before it, as everybody does who unpacks layers; one that would climb above the root is refused.
struct EntryPath: Hashable {
  /// None for the root itself.
  let names: [[UInt8]]

  init(_ bytes: [UInt8], limits: LayerLimits) throws(ImageError) {
    let shown = String(decoding: bytes, as: UTF8.self).shortened
    guard bytes.count <= limits.pathBytes else {
      throw ImageError(.limitExceeded, "the archive: a path of \(bytes.count) bytes: '\(shown)'")
    }
    guard !bytes.isEmpty, !bytes.contains(0) else { throw TarHeader.failure("an entry has no name") }
    var names: [[UInt8]] = []
    for name in bytes.split(separator: UInt8(ascii: "/")) where !name.elementsEqual(".".utf8) {
      if name.elementsEqual("..".utf8) {
        guard names.popLast() != nil else { throw TarHeader.failure("'\(shown)' leads out of the layer") }
      } else {
        guard name.count <= limits.nameBytes else {
          throw ImageError(.limitExceeded, "the archive: a name of \(name.count) bytes: '\(shown)'")
        }
        names.append(Array(name))
      }
    }
    guard names.count <= limits.depth else {
      throw ImageError(.limitExceeded, "the archive: '\(shown)' is deeper than \(limits.depth)")
    }
    self.names = names
  }

  private init(names: [[UInt8]]) { self.names = names }

  static let root = EntryPath(names: [])

  var parent: EntryPath { EntryPath(names: Array(names.dropLast())) }

  /// The path from the root on; `.` for the root itself.
  var bytePath: BytePath { EntryPath.bytePath(names[...]) }

  /// The first names of the path.
  func prefix(_ count: Int) -> EntryPath { EntryPath(names: Array(names.prefix(count))) }

  /// The entry of a name in this directory.
  func child(_ name: [UInt8]) -> EntryPath { EntryPath(names: names + [name]) }

  /// The last name; `.` for the root itself.
  var lastName: BytePath { EntryPath.bytePath(names.suffix(1)) }

  var text: String { bytePath.text.shortened }

  private static func bytePath(_ names: ArraySlice<[UInt8]>) -> BytePath {
    // The bytes were checked to hold no NUL.
    names.isEmpty ? BytePath(".") : BytePath(names.joined(separator: [UInt8(ascii: "/")])) ?? BytePath(".")
  }
}

extension EntryPath {
  /// The path as text that any document can hold: percent signs stand for bytes which are no plain ASCII.
  var encoded: String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in bytePath.bytes {
      if byte > 0x20, byte < 0x7f, byte != UInt8(ascii: "%") {
        text.append(byte)
      } else {
        text += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Reads back what `encoded` wrote.
  init(encoded: String) throws(ImageError) {
    var bytes: [UInt8] = []
    var rest = Array(encoded.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
        throw ImageError(.damaged, "'\(encoded.shortened)' is no encoded path")
      }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    try self.init(bytes, limits: LayerLimits())
  }
}
