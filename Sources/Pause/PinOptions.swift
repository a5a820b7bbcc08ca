// The command line of `apus-pause pin`.

import Linux
import OCI

/// What `apus-pause pin` is asked for.
struct PinOptions: Sendable {
  /// Files are made as DIR/KINDns/NAME.
  var directory = ""
  var fileName = ""
  var kinds: NamespaceKinds = []
  /// Files that lie elsewhere, by the name of their kind.
  var paths: [(name: String, path: String)] = []
  var uids: IdentityMap?
  var gids: IdentityMap?
  var parameters: [KernelParameter] = []
  var hostName = ""

  init(_ words: [String]) throws(PauseError) {
    var reader = WordReader(words)
    while let word = reader.next() {
      if hasPrefix(word, "--") {
        try takeLong(word, &reader)
      } else if hasPrefix(word, "-"), word.utf8.count > 1 {
        try takeLetters(word, &reader)
      } else if directory.isEmpty {
        directory = word
      } else {
        throw PauseError("pin: '" + word + "' is one word too many")
      }
    }
    try check()
  }

  private mutating func takeLetters(_ word: String, _ reader: inout WordReader) throws(PauseError) {
    let bytes = [UInt8](word.utf8)
    for index in 1..<bytes.count {
      if take(letter: bytes[index]) { continue }
      guard let option = PinOptions.letters.first(where: { $0.letter == bytes[index] }) else {
        throw PauseError("pin: there is no option '" + word + "'")
      }
      let rest = index + 1 < bytes.count ? text(of: bytes[(index + 1)...]) : reader.next()
      return try take(option.name, rest)
    }
  }

  private mutating func take(letter: UInt8) -> Bool {
    for namespace in PinnedNamespace.all where namespace.letter == letter {
      kinds.insert(namespace.kind)
      return true
    }
    return false
  }

  private mutating func takeLong(_ word: String, _ reader: inout WordReader) throws(PauseError) {
    let bytes = [UInt8](word.utf8.dropFirst(2))
    let sign = bytes.firstIndex(of: UInt8(ascii: "="))
    let name = text(of: bytes[..<(sign ?? bytes.count)])
    let value = sign.map { text(of: bytes[($0 + 1)...]) }
    for namespace in PinnedNamespace.all where sameBytes(namespace.name, name) {
      kinds.insert(namespace.kind)
      if let value { paths.append((name, value)) }
      return
    }
    try take(name, value ?? reader.next())
  }

  private static let letters: [(letter: UInt8, name: String)] = [
    (UInt8(ascii: "d"), "dir"), (UInt8(ascii: "f"), "filename"), (UInt8(ascii: "s"), "sysctl"),
  ]

  private mutating func take(_ name: String, _ value: String?) throws(PauseError) {
    let names = ["dir", "filename", "sysctl", "uid-mapping", "gid-mapping", "hostname"]
    guard let index = names.firstIndex(where: { sameBytes($0, name) }) else {
      throw PauseError("pin: there is no option '--" + name + "'")
    }
    guard let value, !value.isEmpty else { throw PauseError("pin: --" + name + " needs a value") }
    switch index {
    case 0: directory = value
    case 1: fileName = value
    case 2: try takeParameter(value)
    case 3: uids = try IdentityMap(value, option: "--uid-mapping")
    case 4: gids = try IdentityMap(value, option: "--gid-mapping")
    default: hostName = value
    }
  }

  private mutating func takeParameter(_ text: String) throws(PauseError) {
    do {
      parameters.append(try KernelParameter(assignment: text))
    } catch {
      throw PauseError("pin: " + error.path + ": " + error.reason)
    }
  }

  private func check() throws(PauseError) {
    if kinds.isEmpty { throw PauseError("pin: no namespace is asked for (-u, -i, -n, -U)") }
    if kinds.contains(.user) != (uids != nil && gids != nil) || (uids == nil) != (gids == nil) {
      throw PauseError("pin: -U needs --uid-mapping and --gid-mapping, which need -U")
    }
    for parameter in parameters {
      let kind: NamespaceKinds = parameter.namespace == .network ? .network : .ipc
      if !kinds.contains(kind) {
        throw PauseError("pin: sysctl '" + parameter.path + "' belongs to a namespace that is not asked for")
      }
    }
    if !hostName.isEmpty, !kinds.contains(.uts) { throw PauseError("pin: --hostname needs -u") }
    if hostName.utf8.count > 64 { throw PauseError("pin: --hostname: more than 64 bytes") }
    for namespace in PinnedNamespace.all where kinds.contains(namespace.kind) { _ = try path(of: namespace) }
  }

  /// The file that is to keep a namespace.
  func path(of namespace: PinnedNamespace) throws(PauseError) -> (folder: String, name: String) {
    for given in paths where sameBytes(given.name, namespace.name) {
      let parts = splitPath(given.path)
      return (parts.directory, try PinOptions.checked(parts.name))
    }
    if directory.isEmpty { throw PauseError("pin: no folder is named (-d)") }
    return (directory + "/" + namespace.name + "ns", try PinOptions.checked(fileName))
  }

  private static func checked(_ name: String) throws(PauseError) -> String {
    if name.isEmpty { throw PauseError("pin: no file is named (-f)") }
    if holds(name, anyOf: "/\0") || sameBytes(name, ".") || sameBytes(name, "..") {
      throw PauseError("pin: '" + name + "' is not the plain name of a file")
    }
    return name
  }
}

/// The words of a command line, one after the other.
struct WordReader {
  private let words: [String]
  private var at = 0

  init(_ words: [String]) { self.words = words }

  mutating func next() -> String? {
    guard at < words.count else { return nil }
    at += 1
    return words[at - 1]
  }
}
