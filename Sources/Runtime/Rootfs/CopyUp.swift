// tmpcopyup: a tmpfs that begins with what it covers.

internal import Linux

/// Copies what a tmpfs covers into it (`tmpcopyup`). Both sides are walked by descriptors and no link is followed,
/// so that nothing outside of the covered directory can come in.
enum CopyUp {
  /// Deeper trees than this are no configuration but an attack on our memory.
  private static let depthLimit = 128

  /// - Parameters:
  ///   - place: the directory that will be covered (an O_PATH descriptor).
  ///   - target: the root of the tmpfs. Its mode is the directory's already.
  static func copy(from place: borrowing Descriptor, to target: borrowing Descriptor) throws(SystemCallError) {
    let source = try place.open(".", [.readOnly, .directory])
    let status = try source.status()
    if status.uid != 0 || status.gid != 0 { try target.changeOwner(uid: status.uid, gid: status.gid) }
    try copyEntries(from: source, to: target, depth: 0)
  }

  private static func copyEntries(
    from source: borrowing Descriptor, to target: borrowing Descriptor, depth: Int
  ) throws(SystemCallError) {
    if depth > depthLimit { throw SystemCallError(call: "tmpcopyup", errno: .symbolicLinkLoop) }
    for entry in try source.entries() {
      let status = try source.status(of: entry.name)
      switch status.kind {
      case .directory: try copyDirectory(entry.name, from: source, to: target, depth: depth)
      case .regular: try copyFile(entry.name, from: source, to: target)
      case .symbolicLink: try target.makeSymbolicLink(entry.name, to: try source.readLink(entry.name))
      default: try target.makeNode(entry.name, kind: status.kind, mode: status.permissions, device: status.special)
      }
      if status.kind == .directory || status.kind == .regular { continue }
      try target.changeOwner(entry.name, uid: status.uid, gid: status.gid)
    }
  }

  private static func copyDirectory(
    _ name: String, from source: borrowing Descriptor, to target: borrowing Descriptor, depth: Int
  ) throws(SystemCallError) {
    let from = try source.open(name, [.readOnly, .directory, .noFollow], resolve: [.beneath, .noMagicLinks])
    try target.makeDirectory(name, mode: 0o700)
    let to = try target.open(name, [.readOnly, .directory, .noFollow])
    try copyEntries(from: from, to: to, depth: depth + 1)
    try copyProperties(from: from, to: to)
  }

  private static func copyFile(
    _ name: String, from source: borrowing Descriptor, to target: borrowing Descriptor
  ) throws(SystemCallError) {
    // Without blocking: a fifo may have taken the name since it was looked at.
    let from = try source.open(name, [.readOnly, .noFollow, .nonBlocking], resolve: [.beneath, .noMagicLinks])
    let status = try from.status(subject: name)
    if status.kind != .regular { throw SystemCallError(call: "tmpcopyup", subject: name, errno: .invalidArgument) }
    let to = try target.open(name, [.writeOnly, .create, .exclusive, .noFollow], mode: 0o600)
    try to.copyAll(from: from, size: Int(status.size))
    try copyProperties(from: from, to: to)
  }

  /// Owner before mode, because a change of owner clears the set-id bits, and capabilities of files after both.
  private static func copyProperties(
    from source: borrowing Descriptor, to target: borrowing Descriptor
  ) throws(SystemCallError) {
    let status = try source.status()
    try target.changeOwner(uid: status.uid, gid: status.gid)
    try target.changeMode(status.permissions)
    for name in try source.attributeNames() {
      guard let value = try source.attribute(name) else { continue }
      do {
        try target.setAttribute(name, value)
      } catch {
        // A tmpfs keeps fewer kinds than a disk, and some are the host's alone.
        if error.errno != .notSupported && error.errno != .notPermitted { throw error }
      }
    }
  }
}
