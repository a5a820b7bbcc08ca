// The files in which callers keep credentials.

internal import Foundation
internal import Linux
internal import OCI

/// A file in which callers keep credentials by registry (containers-auth.json(5), config.json of Docker).
public struct AuthFile: Sendable {
  private struct Document: JSONObject {
    var auths = OrderedMap<Entry>()
    var helpers = OrderedMap<String>()
    var store = ""

    mutating func fields(_ json: JSONCoder) throws(SpecError) {
      try json.field("auths", &auths)
      try json.field("credHelpers", &helpers)
      try json.field("credsStore", &store)
    }
  }

  private struct Entry: JSONObject, Equatable, Sendable {
    var auth = ""
    var identityToken = ""

    mutating func fields(_ json: JSONCoder) throws(SpecError) {
      try json.field("auth", &auth)
      try json.field("identitytoken", &identityToken)
    }
  }

  private var document = Document()

  public init(_ bytes: [UInt8], path: String) throws(ImageError) {
    do throws(SpecError) { document = try Document.decode(bytes) } catch {
      throw ImageError("the auth file '\(path.shortened)'", error)
    }
  }

  /// The file of a path; nil when there is none.
  public static func read(_ path: String) throws(ImageError) -> AuthFile? {
    guard let bytes = try bytes(path) else { return nil }
    return try AuthFile(bytes, path: path)
  }

  /// The content of a file of modest size; nil when there is none.
  static func bytes(_ path: String) throws(ImageError) -> [UInt8]? {
    do throws(SystemCallError) {
      return try Descriptor.workingDirectory.readRegularFile(path, limit: 1 << 20)
    } catch {
      if error.errno == .noEntry || error.errno == .notDirectory { return nil }
      throw ImageError("reading the auth file", error)
    }
  }

  /// Where the files are looked for, in their order: the caller's own one alone, else those of the containers' tools,
  /// then Docker's.
  public static func paths(_ environment: [String: String]) -> [String] {
    if let path = environment["REGISTRY_AUTH_FILE"], !path.isEmpty { return [path] }
    var paths: [String] = []
    if let folder = environment["XDG_RUNTIME_DIR"], !folder.isEmpty { paths.append(folder + "/containers/auth.json") }
    paths.append("/run/containers/\(effectiveUserID())/auth.json")
    let home = environment["HOME"] ?? "/root"
    let config = environment["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? home + "/.config"
    paths.append(config + "/containers/auth.json")
    let docker = environment["DOCKER_CONFIG"].flatMap { $0.isEmpty ? nil : $0 } ?? home + "/.docker"
    return paths + [docker + "/config.json"]
  }

  /// The credentials of the longest key that is the repository, a folder of it, or its registry.
  public func credentials(for reference: Reference) throws(ImageError) -> Credentials? {
    for key in AuthFile.keys(reference) {
      let entry = document.auths.entries.first { AuthFile.normalized($0.key, isExact: key == $0.key) == key }
      guard let entry, !entry.value.auth.isEmpty || !entry.value.identityToken.isEmpty else { continue }
      return try AuthFile.credentials(entry.value, key)
    }
    return nil
  }

  /// The program that is asked for a registry's credentials, `docker-credential-` and this; nil for none.
  public func helper(for registry: String) -> String? {
    let own = document.helpers.entries.first { AuthFile.normalized($0.key, isExact: false) == registry }?.value
    return own ?? (document.store.isEmpty ? nil : document.store)
  }

  /// From the whole name to the registry alone.
  private static func keys(_ reference: Reference) -> [String] {
    var keys = [reference.name]
    while let slash = keys[keys.count - 1].lastIndex(of: "/") { keys.append(String(keys[keys.count - 1][..<slash])) }
    return keys
  }

  /// Docker writes addresses: `https://index.docker.io/v1/` stands for the registry.
  private static func normalized(_ key: String, isExact: Bool) -> String {
    guard !isExact else { return key }
    for scheme in ["https://", "http://"] where key.hasPrefix(scheme) {
      let host = key.dropFirst(scheme.count).prefix { $0 != "/" }
      return host == "index.docker.io" ? Reference.defaultRegistry : String(host)
    }
    return key == "index.docker.io" ? Reference.defaultRegistry : key
  }

  private static func credentials(_ entry: Entry, _ key: String) throws(ImageError) -> Credentials {
    if entry.auth.isEmpty { return Credentials(user: "", password: "", identityToken: entry.identityToken) }
    let bytes = Data(base64Encoded: entry.auth).map { Array($0) } ?? []
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else {
      throw ImageError(.malformed, "the auth file's entry for '\(key)' is no user and password in base 64")
    }
    // Some writers end the password in NUL bytes.
    let password = bytes[(colon + 1)...].reversed().drop { $0 == 0 }.reversed()
    return Credentials(
      user: String(decoding: bytes[..<colon], as: UTF8.self), password: String(decoding: password, as: UTF8.self),
      identityToken: entry.identityToken)
  }
}
