// What is mounted where.

internal import Linux

/// What this process sees mounted (proc_pid_mountinfo(5)).
struct MountTable {
  struct Mount: Equatable {
    let target: [UInt8]
    let source: [UInt8]
  }

  /// In the order in which they were mounted: of those on one directory the last is seen.
  let mounts: [Mount]

  static func current() throws(ImageError) -> MountTable {
    do throws(SystemCallError) {
      return MountTable(try Descriptor.workingDirectory.readFile("/proc/self/mountinfo", limit: 64 << 20))
    } catch {
      throw ImageError("reading the mounts", error)
    }
  }

  init(_ text: [UInt8]) {
    var mounts: [Mount] = []
    for line in text.split(separator: 10) {
      let fields = line.split(separator: 32)
      // The optional fields end with a hyphen; type, source and options follow it.
      guard fields.count > 6, let hyphen = fields[6...].firstIndex(where: { $0.elementsEqual([45]) }),
        hyphen + 2 < fields.count
      else { continue }
      mounts.append(
        Mount(target: MountTable.unescaped(fields[4]), source: MountTable.unescaped(fields[hyphen + 2])))
    }
    self.mounts = mounts
  }

  /// The sources of the mounts on a directory, the one that is seen last.
  func sources(at target: String) -> [[UInt8]] {
    mounts.filter { $0.target.elementsEqual(target.utf8) }.map(\.source)
  }

  /// Blanks, tabs, newlines and backslashes stand as three octal digits.
  private static func unescaped(_ field: ArraySlice<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = field
    while let byte = rest.popFirst() {
      let digits = rest.prefix(3)
      if byte == UInt8(ascii: "\\"), let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 8) {
        bytes.append(value)
        rest = rest.dropFirst(3)
      } else {
        bytes.append(byte)
      }
    }
    return bytes
  }
}
