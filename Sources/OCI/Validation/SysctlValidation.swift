// The checks of kernel parameters.

extension LinuxSettings {
  /// Only parameters of a namespace which the container has are allowed, by their exact names, and a value is one line
  /// (CVE-2022-0811). A joined network namespace may still be the host's: that takes a look at it, see
  /// `setsNetworkParameters`.
  func checkSysctl() throws(SpecError) {
    for entry in sysctl.entries {
      let path = sentence("linux.sysctl.%", quoted(entry.key))
      guard let parameter = kernelParameter(entry.key) else {
        throw SpecError(path, "is no plain name of a kernel parameter")
      }
      guard !holds(entry.value, anyOf: "\n\r\0") else { throw SpecError(path, "the value is not one line") }
      try check(parameter, path)
    }
  }

  /// Whether a parameter below `net.` is set.
  public var setsNetworkParameters: Bool {
    for entry in sysctl.entries {
      if let parameter = kernelParameter(entry.key), hasPrefix(parameter, "net/") { return true }
    }
    return false
  }

  private func check(_ parameter: String, _ path: String) throws(SpecError) {
    let name = quoted(parameter)
    if indexOfName(parameter, in: parametersOfIPC) != nil || hasPrefix(parameter, "fs/mqueue/") {
      guard namespace(.ipc) == nil else { return }
      throw SpecError(path, sentence("sysctl % is not allowed in the hosts ipc namespace", name))
    }
    if hasPrefix(parameter, "net/") {
      guard namespace(.network) == nil else { return }
      throw SpecError(path, sentence("sysctl % not allowed in host network namespace", name))
    }
    if hasPrefix(parameter, "user/") {
      guard namespace(.user) == nil else { return }
      throw SpecError(path, sentence("setting ucounts without a user namespace not allowed: %", name))
    }
    if namespace(.uts) != nil {
      if sameBytes(parameter, "kernel/domainname") { return }
      if sameBytes(parameter, "kernel/hostname") {
        throw SpecError(
          path, sentence("sysctl % is not allowed as it conflicts with the OCI \"hostname\" field", name))
      }
    }
    throw SpecError(path, sentence("sysctl % is not in a separate kernel namespace", name))
  }
}

let parametersOfIPC = [
  "kernel/msgmax", "kernel/msgmnb", "kernel/msgmni", "kernel/sem", "kernel/shmall", "kernel/shmmax", "kernel/shmmni",
  "kernel/shm_rmid_forced",
]

/// The path below /proc/sys of a parameter, as sysctl(8) reads it: the first separator, `.` or `/`, is the one between
/// the pieces, and the other one is turned round inside of them. Nil for a name that is no plain path: an empty piece,
/// `.` or `..`, spaces or control characters.
func kernelParameter(_ name: String) -> String? {
  let (dot, slash) = (UInt8(ascii: "."), UInt8(ascii: "/"))
  var separator: UInt8?
  var path: [UInt8] = []
  let bytes = name.utf8.span
  for index in bytes.indices {
    let byte = bytes[index]
    guard byte == dot || byte == slash else {
      path.append(byte)
      continue
    }
    if separator == nil { separator = byte }
    path.append(separator == slash ? byte : byte == dot ? slash : dot)
  }
  let text = decoded(path[...])
  guard !holdsSpace(text) else { return nil }
  for piece in pieces(of: text, separator: slash) {
    if piece.isEmpty || sameBytes(piece, ".") || sameBytes(piece, "..") { return nil }
  }
  return text
}
