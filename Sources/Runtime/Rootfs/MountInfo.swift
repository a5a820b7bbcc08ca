// A line of mountinfo.

internal import OCI

/// What a line of mountinfo says about a mount (proc_pid_mountinfo(5)).
struct MountInfo: Equatable {
  /// The directory of the file system that is mounted.
  let root: String
  let mountPoint: String
  let type: String

  /// The mounts of a whole file, in its order.
  static func all(in bytes: [UInt8]) -> [MountInfo] {
    var list: [MountInfo] = []
    for line in pieces(bytes[...], { $0 == UInt8(ascii: "\n") }) {
      if let entry = MountInfo(line) { list.append(entry) }
    }
    return list
  }

  private init?(_ line: ArraySlice<UInt8>) {
    let fields = pieces(line) { $0 == UInt8(ascii: " ") }
    if fields.count < 9 { return nil }
    // The optional fields from the seventh on end with a dash.
    var dash = 6
    while dash < fields.count, !isSame(fields[dash], "-") { dash += 1 }
    if dash + 1 >= fields.count { return nil }
    root = MountInfo.unescape(fields[3])
    mountPoint = MountInfo.unescape(fields[4])
    type = text(fields[dash + 1])
  }

  /// Blanks, newlines and backslashes stand as three octal digits.
  private static func unescape(_ field: ArraySlice<UInt8>) -> String {
    var bytes: [UInt8] = []
    var rest = field
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\\"), rest.count >= 3 {
        var value: UInt8 = 0
        for digit in rest.prefix(3) { value = value &<< 3 | digit & 7 }
        bytes.append(value)
        rest.removeFirst(3)
      } else {
        bytes.append(byte)
      }
    }
    return text(bytes[...])
  }

  /// Whether this shows a whole procfs or sysfs of the host outside of the root filesystem: as long as one can be
  /// reached, a nested user namespace may mount another one without the container's masks.
  func isBare(outside rootfs: String) -> Bool {
    let isKernels = sameBytes(type, "proc") || sameBytes(type, "sysfs")
    if !isKernels || !sameBytes(root, "/") { return false }
    let path = ContainerPath(rootfs).text
    return !sameBytes(mountPoint, path) && !mountPoint.startsWithBytes(of: path + "/")
  }
}
