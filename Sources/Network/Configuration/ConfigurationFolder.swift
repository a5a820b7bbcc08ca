// The folder in which networks are described.

import Linux

/// What a configuration folder holds.
public struct LoadedNetworks: Equatable, Sendable {
  /// By the names of their files; of two with the same name the first.
  public var networks: [NetworkList] = []
  /// Why files were left out.
  public var problems: [String] = []
  /// Folders that hold more plugins of a network.
  var pluginFolders: [String] = []
}

/// Reads the networks of a folder, such as /etc/cni/net.d.
struct ConfigurationFolder: Sendable {
  let path: String

  private static let largestFile = 4 << 20

  /// Files that end in .conflist, .conf or .json, in the order of their names. A bad file keeps no other one out.
  func load() -> LoadedNetworks {
    var loaded = LoadedNetworks()
    let names: [String]
    do {
      names = try Self.files(in: path, endings: [".conflist", ".conf", ".json"])
    } catch {
      loaded.problems.append("reading the networks: \(error.message)")
      return loaded
    }
    for name in names {
      do {
        let network = try network(path + "/" + name, &loaded.pluginFolders)
        if let same = loaded.networks.first(where: { $0.name == network.name }) {
          loaded.problems.append("\(network.file): network '\(network.name)' is described in \(same.file) already")
        } else {
          loaded.networks.append(network)
        }
      } catch {
        loaded.problems.append(error.message)
      }
    }
    return loaded
  }

  private func network(_ file: String, _ pluginFolders: inout [String]) throws(NetworkError) -> NetworkList {
    var network = try NetworkList(try Self.document(file), file: file)
    guard network.takesPluginFolder else { return network }
    let folder = path + "/" + network.name
    let names = (try? Self.files(in: folder, endings: [".conf"])) ?? []
    if (try? Descriptor.workingDirectory.status(of: folder, followLinks: true).kind) == .directory {
      pluginFolders.append(folder)
    }
    for name in names {
      let file = folder + "/" + name
      network.plugins.append(try PluginConfiguration(try Self.document(file), place: file))
    }
    if network.plugins.isEmpty { throw NetworkError(.configuration, "\(file): plugins: there is none") }
    return network
  }

  private static func document(_ file: String) throws(NetworkError) -> JSONValue {
    let bytes = try naming("reading a network") { () throws(SystemCallError) in
      try Descriptor.workingDirectory.readRegularFile(file, limit: largestFile)
    }
    do {
      return try JSONValue(parsing: bytes)
    } catch {
      throw NetworkError(.configuration, "\(file): byte \(error.offset): \(error.reason)")
    }
  }

  /// The names of a folder's files, sorted by their bytes; a folder that is not there has none.
  private static func files(in folder: String, endings: [String]) throws(SystemCallError) -> [String] {
    let entries: [DirectoryEntry]
    do {
      entries = try Descriptor.workingDirectory.open(folder, [.readOnly, .directory]).entries()
    } catch {
      if error.errno == .noEntry { return [] }
      throw error
    }
    return entries.filter { entry in
      entry.kind != .directory && endings.contains { entry.name.hasSuffix($0) }
    }.map(\.name).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}
