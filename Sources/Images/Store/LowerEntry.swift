// What a layer below says about a directory.

internal import Linux

/// What a layer below says about a directory.
enum LowerEntry: ~Copyable {
  case directory(Descriptor)
  /// It was removed here, or is something else: layers further below do not count.
  case hidden
  case absent

  /// Looks a path up in the root of a layer; links lead nowhere here, since overlayfs would not follow them either.
  static func find(_ path: EntryPath, in root: borrowing Descriptor) throws(SystemCallError) -> LowerEntry {
    var hides = false
    if path.names.isEmpty { return .directory(try root.open(".", [.readOnly, .directory])) }
    for count in 1...path.names.count {
      let part = path.prefix(count)
      let status: FileStatus
      let directory: Descriptor
      do throws(SystemCallError) {
        let entry = try root.open(part.bytePath, [.path, .noFollow], resolve: .oneName)
        status = try entry.status()
        if status.kind != .directory { return .hidden }
        directory = try root.open(part.bytePath, [.readOnly, .directory], resolve: .oneName)
      } catch {
        if error.errno == .noEntry { return hides ? .hidden : .absent }
        if error.errno == .notDirectory || error.errno == .symbolicLinkLoop { return .hidden }
        throw error
      }
      if count == path.names.count { return .directory(directory) }
      if try directory.attribute("trusted.overlay.opaque") == [UInt8(ascii: "y")] { hides = true }
    }
    return .absent
  }
}

extension Descriptor {
  /// Gives another directory this one's owner, mode, attributes and time.
  borrowing func copyAttributes(to other: borrowing Descriptor) throws(SystemCallError) {
    let status = try status()
    try other.changeOwner(uid: status.uid, gid: status.gid)
    try other.changeMode(status.permissions)
    for name in try attributeNames() where !name.hasPrefix("trusted.") {
      if let value = try attribute(name) { try other.setAttribute(name, value) }
    }
    try other.setTimes(FileTime(nanoseconds: status.modifiedNanoseconds))
  }
}
