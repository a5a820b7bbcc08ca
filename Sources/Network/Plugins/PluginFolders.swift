// Where the plugins of networks are.

import Linux

/// The folders that plugins are looked for in, first to last: the only places that one is executed from.
public struct PluginFolders: Equatable, Sendable {
  public let paths: [String]

  public init(_ paths: [String]) { self.paths = paths }

  /// The path of a plugin; nil when no folder has an executable file of that name.
  func path(of type: String) -> String? {
    guard NetworkName.isPlugin(type) else { return nil }
    return paths.lazy.map { $0 + "/" + type }.first { path in
      let status = try? Descriptor.workingDirectory.status(of: path, followLinks: true)
      return status?.kind == .regular && mayExecute(path)
    }
  }

  func require(_ type: String) throws(NetworkError) -> String {
    if let path = path(of: type) { return path }
    throw NetworkError(.notReady, "plugin '\(type)' is in none of \(paths.joined(separator: ", "))")
  }
}
