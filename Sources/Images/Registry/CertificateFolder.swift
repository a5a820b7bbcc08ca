// The certificates that a host has for one registry.

internal import Foundation

/// The certificates that a host has for one registry (containers-certs.d(5)): a folder `HOST:PORT` or `HOST` with the
/// registry's authorities (`*.crt`) and this client's pairs (`*.cert` with `*.key`).
public struct CertificateFolder: Equatable, Sendable {
  public struct ClientPair: Equatable, Sendable {
    public let certificate: String
    public let key: String
  }

  /// Paths of authorities that are trusted beside the host's own.
  public var authorities: [String] = []
  public var clients: [ClientPair] = []

  public static let defaultFolders = ["/etc/containers/certs.d", "/etc/docker/certs.d"]

  public init() {}

  /// The first folder that has anything for the registry.
  public init(for registry: String, in folders: [String] = CertificateFolder.defaultFolders) throws(ImageError) {
    self.init()
    // The registry is part of a parsed reference: a host name, never a path.
    for folder in folders {
      let path = "\(folder)/\(registry)"
      guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else { continue }
      try read(names.sorted(), path)
      return
    }
  }

  /// The certificates of a folder, which has to be there.
  public init(path: String) throws(ImageError) {
    self.init()
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
      throw ImageError(.notFound, "there is no folder of certificates '\(path.shortened)'")
    }
    try read(names.sorted(), path)
  }

  private mutating func read(_ names: [String], _ path: String) throws(ImageError) {
    for name in names {
      if name.hasSuffix(".crt") {
        authorities.append("\(path)/\(name)")
      } else if name.hasSuffix(".cert") {
        let key = name.dropLast(5) + ".key"
        guard names.contains(String(key)) else {
          throw ImageError(.notFound, "the client certificate '\(path)/\(name)' has no key '\(key)' beside it")
        }
        clients.append(ClientPair(certificate: "\(path)/\(name)", key: "\(path)/\(key)"))
      } else if name.hasSuffix(".key"), !names.contains(name.dropLast(4) + ".cert") {
        throw ImageError(.notFound, "the client key '\(path)/\(name)' has no certificate '.cert' beside it")
      }
    }
  }
}
