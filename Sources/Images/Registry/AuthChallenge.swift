// What a registry wants to see before it answers.

/// What a registry wants to see before it answers: the value of a WWW-Authenticate header (RFC 9110, 11.6.1).
public enum AuthChallenge: Equatable, Sendable {
  case basic(realm: String)
  /// A token of another server (distribution-spec, token authentication).
  case bearer(realm: String, service: String, scope: String)

  /// The challenges of a header, those of unknown schemes left out. Registries send one; some send both.
  public static func challenges(in header: String) -> [AuthChallenge] {
    var scanner = HeaderScanner(header)
    var challenges: [AuthChallenge] = []
    while let scheme = scanner.scheme() {
      var values: [String: String] = [:]
      while let (name, value) = scanner.parameter() { values[name] = value }
      switch scheme {
      case "basic": challenges.append(.basic(realm: values["realm"] ?? ""))
      case "bearer":
        guard let realm = values["realm"], !realm.isEmpty else { continue }
        challenges.append(.bearer(realm: realm, service: values["service"] ?? "", scope: values["scope"] ?? ""))
      default: break
      }
    }
    return challenges
  }
}

/// Words of a header with parameters.
private struct HeaderScanner {
  private let bytes: [UInt8]
  private var position = 0

  init(_ header: String) { bytes = Array(header.utf8.prefix(8192)) }

  /// The name of a scheme, in lower case: a word that no equals sign follows.
  mutating func scheme() -> String? {
    skipSeparators()
    let start = position
    guard let word = word(), !word.isEmpty else { return nil }
    skipSpace()
    guard position >= bytes.count || bytes[position] != UInt8(ascii: "=") else {
      position = start
      return nil
    }
    return word.lowercased()
  }

  /// `name=value` or `name="value"`; nil before the next scheme, and at the end.
  mutating func parameter() -> (String, String)? {
    skipSeparators()
    let start = position
    guard let name = word(), !name.isEmpty else { return nil }
    skipSpace()
    guard position < bytes.count, bytes[position] == UInt8(ascii: "=") else {
      position = start
      return nil
    }
    position += 1
    skipSpace()
    return (name.lowercased(), position < bytes.count && bytes[position] == 34 ? quoted() : word() ?? "")
  }

  private mutating func quoted() -> String {
    var value: [UInt8] = []
    position += 1
    while position < bytes.count, bytes[position] != 34 {
      if bytes[position] == UInt8(ascii: "\\"), position + 1 < bytes.count { position += 1 }
      value.append(bytes[position])
      position += 1
    }
    position += 1
    return String(decoding: value, as: UTF8.self)
  }

  private mutating func word() -> String? {
    let start = position
    while position < bytes.count, !" \t,=\"".utf8.contains(bytes[position]) { position += 1 }
    return start < bytes.count ? String(decoding: bytes[start..<min(position, bytes.count)], as: UTF8.self) : nil
  }

  private mutating func skipSpace() {
    while position < bytes.count, bytes[position] == 32 || bytes[position] == 9 { position += 1 }
  }

  private mutating func skipSeparators() {
    while position < bytes.count, " \t,".utf8.contains(bytes[position]) { position += 1 }
  }
}
