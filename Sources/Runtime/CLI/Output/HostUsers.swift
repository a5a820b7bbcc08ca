// The names of the host's users.

internal import Linux

/// The names of the host's users, from /etc/passwd (passwd(5)).
struct HostUsers {
  private let file: [UInt8]

  /// Reads the file; without one no user has a name.
  init() { file = (try? Descriptor.workingDirectory.readFile("/etc/passwd")) ?? [] }

  init(file: [UInt8]) { self.file = file }

  /// The name of a user, or `#UID` when it has none.
  func name(of uid: UInt32) -> String {
    let number = [UInt8]("\(uid)".utf8)
    for line in file.split(separator: UInt8(ascii: "\n")) {
      let fields = line.split(separator: UInt8(ascii: ":"), maxSplits: 3, omittingEmptySubsequences: false)
      if fields.count > 2 && fields[2].elementsEqual(number) { return String(decoding: fields[0], as: UTF8.self) }
    }
    return "#\(uid)"
  }
}
