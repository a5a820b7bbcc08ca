// Files that somebody else named.

extension Descriptor {
  /// Reads a whole plain file below this directory. Anything else is refused before it can do harm: a fifo would hold
  /// the open, a device could have any effect.
  @inline(never)
  public borrowing func readRegularFile(_ path: String, limit: Int) throws(SystemCallError) -> [UInt8] {
    let file = try open(path, [.readOnly, .nonBlocking, .noControllingTerminal])
    let kind = try file.status(subject: path).kind
    if kind == .directory { throw SystemCallError(call: "read", subject: path, errno: .isDirectory) }
    if kind != .regular { throw SystemCallError(call: "read", subject: path, errno: .notSupported) }
    return try file.readToEnd(limit: limit, subject: path)
  }
}
