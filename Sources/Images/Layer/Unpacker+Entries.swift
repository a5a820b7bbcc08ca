// The entries that a layer makes and removes.

internal import Linux

extension Unpacker {
  /// A directory over a directory is merged: the last attributes win, what is inside stays.
  func makeDirectory(_ entry: TarEntry, _ path: EntryPath) throws(SystemCallError) {
    var replacesOther = false
    do throws(SystemCallError) {
      try parent.makeDirectory(path.lastName, mode: 0o700)
      report.inodes += 1
    } catch {
      guard error.errno == .exists else { throw error }
      if try parent.status(of: path.lastName).kind != .directory {
        try clear(path)
        try parent.makeDirectory(path.lastName, mode: 0o700)
        report.inodes += 1
        replacesOther = true
      }
    }
    let directory = try parent.open(path.lastName, [.readOnly, .directory, .noFollow], resolve: .oneName)
    // What stood there before, a whiteout or a file, hid what the layers below have under this name.
    if replacesOther { try directory.hideLower() }
    try directory.apply(entry)
    directoryTimes[path] = entry.modified
    missingParents.remove(path)
  }

  /// A link to an entry of the same layer; of a symbolic link, to the link itself.
  func makeHardLink(_ path: EntryPath, to target: EntryPath) throws(SystemCallError) {
    guard target != path, !target.names.isEmpty else {
      throw SystemCallError(call: "linkat", subject: target.text, errno: .invalidArgument)
    }
    let directory = try root.open(target.parent.bytePath, [.path, .directory], resolve: .container)
    let status = try directory.status(of: target.lastName)
    // One more name for a whiteout would remove something that the archive does not say it removes.
    if status.isWhiteout { throw SystemCallError(call: "linkat", subject: target.text, errno: .noEntry) }
    do throws(SystemCallError) {
      try parent.makeLink(path.lastName, to: target.lastName, in: directory)
    } catch {
      guard error.errno == .exists else { throw error }
      let present = try parent.status(of: path.lastName)
      if present.inode == status.inode && present.device == status.device { return }
      try clear(path)
      try parent.makeLink(path.lastName, to: target.lastName, in: directory)
    }
  }

  /// A symbolic link, a fifo or a device.
  func makeSpecial(_ entry: TarEntry, _ path: EntryPath) throws(SystemCallError) {
    do throws(SystemCallError) {
      try makeNode(entry, path)
    } catch {
      guard error.errno == .exists else { throw error }
      try clear(path)
      try makeNode(entry, path)
    }
    report.inodes += 1
    let name = path.lastName
    try parent.changeOwner(of: name, uid: entry.uid, gid: entry.gid)
    // A link has no mode, and changing it would change its target's.
    if entry.kind != .symbolicLink { try parent.changeMode(of: name, entry.mode) }
    // Attributes of users belong to files and directories alone (xattr(7)).
    for attribute in try entry.keptAttributes() where !attribute.name.hasPrefix("user.") {
      try parent.setAttribute(of: name, attribute.name, attribute.value)
    }
    try parent.setTimes(of: name, entry.modified)
  }

  private func makeNode(_ entry: TarEntry, _ path: EntryPath) throws(SystemCallError) {
    let name = path.lastName
    switch entry.kind {
    case .symbolicLink:
      guard let target = BytePath(entry.target), !entry.target.isEmpty, entry.target.count <= limits.pathBytes else {
        throw SystemCallError(call: "symlinkat", subject: path.text, errno: .invalidArgument)
      }
      try parent.makeSymbolicLink(name, to: target)
    case .fifo: try parent.makeNode(name, kind: .fifo, mode: 0o600)
    default:
      // Overlayfs takes this device for a whiteout, which an archive writes in another way.
      guard entry.device != DeviceNumber(major: 0, minor: 0) || entry.kind == .blockDevice else {
        throw SystemCallError(call: "mknodat", subject: path.text, errno: .invalidArgument)
      }
      let kind: FileKind = entry.kind == .blockDevice ? .blockDevice : .characterDevice
      try parent.makeNode(name, kind: kind, mode: 0o600, device: entry.device)
    }
  }

  /// Applies a whiteout. It concerns the layers below alone: entries of its own layer stay, whichever came first.
  func remove(_ whiteout: Whiteout, _ path: EntryPath) throws(SystemCallError) {
    switch whiteout {
    case .foreign: return
    case .opaque:
      if path.names.count == 1 {
        report.hidesAll = true
        return
      }
      try enterParent(of: path)
      // The parent is known by O_PATH, which takes no attributes.
      try parent.open(".", [.readOnly, .directory]).hideLower()
    case .entry(let name):
      let removed = path.parent.child(name)
      try enterParent(of: removed)
      try hide(removed)
    }
  }

  private func hide(_ path: EntryPath) throws(SystemCallError) {
    do throws(SystemCallError) {
      try parent.makeNode(path.lastName, kind: .characterDevice, mode: 0)
      report.inodes += 1
      // Nobody sees it, but the same archive shall make the same tree.
      try parent.setTimes(of: path.lastName, FileTime(seconds: 0))
    } catch {
      guard error.errno == .exists else { throw error }
      guard try parent.status(of: path.lastName).kind == .directory else { return }
      try parent.open(path.lastName, [.readOnly, .directory], resolve: .oneName).hideLower()
      missingParents.remove(path)
    }
  }

  /// Removes what an entry replaces.
  func clear(_ path: EntryPath) throws(SystemCallError) {
    forgetParent()
    // Only directories can hold what entries were made in; whoever goes on in them finds them anew.
    try parent.removeTree(path.lastName)
  }
}

extension FileStatus {
  /// Whether overlayfs takes it for a removed entry.
  var isWhiteout: Bool { kind == .characterDevice && special == DeviceNumber(major: 0, minor: 0) }
}

extension Descriptor {
  /// Marks this directory so that overlayfs shows nothing of it that lies below.
  borrowing func hideLower() throws(SystemCallError) {
    try setAttribute("trusted.overlay.opaque", [UInt8(ascii: "y")])
  }

  /// Gives an open file or directory the attributes of an entry. The owner comes first: a change of it takes set-id
  /// bits and capabilities away (chown(2)). The times come last: all else would change them.
  borrowing func apply(_ entry: TarEntry) throws(SystemCallError) {
    try changeOwner(uid: entry.uid, gid: entry.gid)
    try changeMode(entry.mode)
    for attribute in try entry.keptAttributes() { try setAttribute(attribute.name, attribute.value) }
    try setTimes(entry.modified)
  }
}

extension TarEntry {
  /// The extended attributes that are set. Those of the host's own labels and of systems without Linux are left out;
  /// overlayfs' own would let a layer hide what it does not remove.
  func keptAttributes() throws(SystemCallError) -> [Attribute] {
    var kept: [Attribute] = []
    for attribute in attributes {
      let name = attribute.name
      if name.hasPrefix("trusted.") || name.hasPrefix("user.overlay.") {
        throw SystemCallError(call: "setxattr", subject: name.shortened, errno: .notPermitted)
      }
      let isKept = name.hasPrefix("user.") || TarEntry.systemAttributes.contains(name)
      if isKept && !name.utf8.contains(0) { kept.append(attribute) }
    }
    return kept
  }

  private static let systemAttributes: Set = [
    "security.capability", "system.posix_acl_access", "system.posix_acl_default",
  ]
}
