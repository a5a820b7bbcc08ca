// A cgroup mount, from its line in mountinfo.

/// A cgroup mount (proc_pid_mountinfo(5)).
struct CgroupMount {
  let isUnified: Bool
  let mountPoint: String
  /// The cgroup that the mount shows as its top: `/`, but another one where a container got a part of the host's tree.
  let root: String
  /// The options of the file system, separated by commas; the controllers are among them.
  private let options: ArraySlice<UInt8>

  /// Nil for every other kind of mount.
  init?(line: ArraySlice<UInt8>) {
    let blank = UInt8(ascii: " ")
    var rest = line
    for _ in 0..<3 where rest.takeField(blank) == nil { return nil }
    guard let root = rest.takeField(blank), let mountPoint = rest.takeField(blank) else { return nil }
    // The optional fields between the mount's options and the dash vary in number.
    while let field = rest.takeField(blank), !field.isText("-") {}
    guard let type = rest.takeField(blank), type.begins("cgroup"), rest.takeField(blank) != nil else {
      return nil
    }
    isUnified = type.isText("cgroup2")
    if !isUnified && type.count != 6 { return nil }
    self.root = CgroupMount.unescaped(root)
    self.mountPoint = CgroupMount.unescaped(mountPoint)
    options = rest
  }

  /// Whether the mount is of that process's hierarchy.
  func fits(_ membership: CgroupMembership) -> Bool {
    if isUnified || membership.isUnified { return isUnified && membership.isUnified }
    for controller in membership.controllers where !options.hasField(controller, UInt8(ascii: ",")) { return false }
    return true
  }

  /// Decodes `\040` and the like: the kernel writes blanks and backslashes in octal.
  private static func unescaped(_ text: ArraySlice<UInt8>) -> String {
    let backslash = UInt8(ascii: "\\")
    if !text.contains(backslash) { return text.text }
    var bytes: [UInt8] = []
    var rest = text
    while let byte = rest.popFirst() {
      if byte == backslash, rest.count >= 3 {
        var value: UInt8 = 0
        for digit in rest.prefix(3) { value = value &* 8 &+ (digit & 7) }
        bytes.append(value)
        rest = rest.dropFirst(3)
      } else {
        bytes.append(byte)
      }
    }
    return ContainerRuntime.text(bytes[...])
  }
}
