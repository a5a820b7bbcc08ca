// Where the sockets of a container lie, however long the path of its bundle is.

import Linux

/// Where the sockets of a container lie: the bundle itself, or a short link to it for clients which cannot connect by a
/// long path (107 bytes, unix(7)).
struct SocketFolder: ~Copyable {
  let directory: Descriptor
  /// The link, to be removed at the end.
  let link: String?

  /// With `--full-attach` the bundle, else `DIR/UUID`, a link to the bundle.
  init(_ options: Options) throws(SystemCallError) {
    let link = options.switches.contains(.fullAttach) ? nil : try SocketFolder.makeLink(options)
    directory = try Descriptor.workingDirectory.open(link ?? options.bundle ?? "", [.path, .directory])
    self.link = link
  }

  private static func makeLink(_ options: Options) throws(SystemCallError) -> String {
    var path = [UInt8]((options.socketDirectory + "/" + (options.containerUUID ?? "")).utf8)
    // Callers shorten a link of exactly this length by a byte, so that the socket below it has a name they can use.
    if path.count == 107 { path.removeLast() }
    let name = String(decoding: path, as: UTF8.self)
    try? Descriptor.workingDirectory.removeFile(name)
    try Descriptor.workingDirectory.makeSymbolicLink(name, to: options.bundle ?? "")
    return name
  }

  /// Makes a socket with a name below a directory, in place of an older one.
  static func bind(
    _ name: String, _ kind: SocketKind, in directory: borrowing Descriptor, mode: UInt32
  ) throws(SystemCallError) -> Descriptor {
    do {
      try directory.removeFile(name)
    } catch {
      if error.errno != .noEntry { throw error }
    }
    let socket = try Descriptor.socket(kind)
    // Never open to others, not even between bind and chmod.
    let mask = setFileModeMask(0o077)
    defer { setFileModeMask(mask) }
    try socket.bind(name, in: directory)
    try directory.changeMode(of: name, mode)
    return socket
  }
}
