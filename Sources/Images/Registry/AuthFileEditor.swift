// Writes credentials into auth files, and takes them out.

internal import Foundation
internal import Linux

/// Writes credentials into an auth file, and takes them out. Whatever else the file holds stays.
public struct AuthFileEditor {
  private let path: String
  private var document: [String: Any] = [:]

  /// - Parameter path: of a file that need not be there.
  public init(path: String) throws(ImageError) {
    self.path = path
    guard let bytes = try AuthFile.bytes(path), !bytes.isEmpty else { return }
    // The same reader that will look for credentials has to understand it.
    _ = try AuthFile(bytes, path: path)
    guard let object = try? JSONSerialization.jsonObject(with: Data(bytes)), let object = object as? [String: Any]
    else { throw ImageError(.malformed, "the auth file '\(path.shortened)' is no JSON object") }
    document = object
  }

  /// - Parameter key: a registry, or a repository or folder of it.
  public mutating func set(_ credentials: Credentials, for key: String) {
    var entry: [String: Any] = [:]
    entry["auth"] = Data("\(credentials.user):\(credentials.password)".utf8).base64EncodedString()
    if !credentials.identityToken.isEmpty { entry["identitytoken"] = credentials.identityToken }
    var entries = entries
    entries[key] = entry
    document["auths"] = entries
  }

  /// - Returns: whether there was anything for the key.
  public mutating func remove(_ key: String) -> Bool {
    var entries = entries
    guard entries.removeValue(forKey: key) != nil else { return false }
    document["auths"] = entries
    return true
  }

  /// - Returns: whether there was anything.
  public mutating func removeAll() -> Bool {
    defer { document["auths"] = [String: Any]() }
    return !entries.isEmpty
  }

  /// Puts the file in place, whole or not at all, for nobody else to read.
  public func write() throws(ImageError) {
    let url = URL(filePath: path)
    let folder = url.deletingLastPathComponent().path(percentEncoded: false)
    let name = url.lastPathComponent
    let own = ".\(name).\(UUID().uuidString)"
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      let data = try JSONSerialization.data(
        withJSONObject: document, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
      let directory = try Descriptor.workingDirectory.open(folder, [.readOnly, .directory])
      do {
        let file = try directory.open(own, [.readWrite, .create, .exclusive, .noFollow], mode: 0o600)
        let bytes = Array(data) + [10]
        try file.writeAll(bytes, 0..<bytes.count)
        try directory.rename(own, to: name, in: directory)
      } catch {
        try? directory.removeFile(own)
        throw error
      }
    } catch let error as SystemCallError {
      throw ImageError("writing the auth file '\(path.shortened)'", error)
    } catch {
      throw ImageError(.damaged, "writing the auth file '\(path.shortened)': \(error)")
    }
  }

  private var entries: [String: Any] { document["auths"] as? [String: Any] ?? [:] }
}
