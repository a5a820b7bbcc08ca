// A cgroup mount, from its line in mountinfo.

/// A cgroup mount (proc_pid_mountinfo(5)).
struct CgroupMount: Equatable {
  let isUnified: Bool
  let mountPoint: String
  /// The cgroup that the mount shows as its top: `/`, but another one where a container got a part of the host's tree.
  let root: String
  /// The options of the file system; the controllers are among them.
  let options: [String]

  /// Nil for every other kind of mount.
  init?(line: ArraySlice<UInt8>) {
    let fields = line.split(separator: UInt8(ascii: " "))
    // The optional fields between the sixth and the dash vary in number.
    guard fields.count > 6, let dash = fields[6...].firstIndex(where: { $0.elementsEqual([UInt8(ascii: "-")]) }),
      dash + 3 < fields.count
    else { return nil }
    isUnified = fields[dash + 1].elementsEqual("cgroup2".utf8)
    if !isUnified && !fields[dash + 1].elementsEqual("cgroup".utf8) { return nil }
    root = CgroupMount.unescaped(fields[3])
    mountPoint = CgroupMount.unescaped(fields[4])
    var options: [String] = []
    for option in fields[dash + 3].split(separator: UInt8(ascii: ",")) {
      options.append(String(decoding: option, as: UTF8.self))
    }
    self.options = options
  }

  /// Decodes `\040` and the like: the kernel writes blanks and backslashes in octal.
  private static func unescaped(_ text: ArraySlice<UInt8>) -> String {
    var bytes: [UInt8] = []
    var rest = text
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\\"), rest.count >= 3 {
        var value: UInt8 = 0
        for digit in rest.prefix(3) { value = value &* 8 &+ (digit & 7) }
        bytes.append(value)
        rest = rest.dropFirst(3)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
