// Which versions of the specification plugins speak.

import Linux
import Synchronization

/// Asks plugins once which versions they speak, and again when their file is another.
final class PluginVersions: Sendable {
  private struct Known: Sendable {
    let inode: UInt64
    let modified: Int64
    let versions: Set<CNIVersion>
  }

  private let runner: PluginRunner
  private let known = Mutex<[String: Known]>([:])

  init(_ runner: PluginRunner) { self.runner = runner }

  /// The newest version that the network's file, all of its plugins and this client speak.
  func choose(for network: NetworkList) throws(NetworkError) -> CNIVersion {
    var common = network.versions
    for plugin in network.plugins {
      let spoken = try versions(of: plugin.type)
      let rest = common.filter(spoken.contains)
      if rest.isEmpty {
        let list = spoken.sorted().map(\.description).joined(separator: ", ")
        throw NetworkError(
          .configuration,
          "\(network.file): cniVersion: plugin '\(plugin.type)' does not speak "
            + "\(common.map(\.description).joined(separator: ", ")), only \(list)")
      }
      common = rest
    }
    // Never empty, neither at first nor after a plugin.
    return common[common.count - 1]
  }

  private func versions(of type: String) throws(NetworkError) -> Set<CNIVersion> {
    let path = try runner.folders.require(type)
    let status = try naming("plugin '\(type)'") { () throws(SystemCallError) in
      try Descriptor.workingDirectory.status(of: path, followLinks: true)
    }
    let stored = known.withLock { $0[path] }
    if let stored, stored.inode == status.inode, stored.modified == status.modifiedNanoseconds {
      return stored.versions
    }
    let versions = try ask(type)
    let answer = Known(inode: status.inode, modified: status.modifiedNanoseconds, versions: versions)
    known.withLock { $0[path] = answer }
    return versions
  }

  private func ask(_ type: String) throws(NetworkError) -> Set<CNIVersion> {
    let input: JSONValue = ["cniVersion": .string(CNIVersion.v110.description)]
    let answer = try runner.run(PluginCall(type: type, command: .version, input: input))
    guard let document = try? JSONValue(parsing: answer), let list = document["supportedVersions"]?.list else {
      throw NetworkError(.answer, "plugin '\(type)': VERSION: the answer has no supportedVersions")
    }
    return Set(list.compactMap { $0.text.flatMap(CNIVersion.init) })
  }
}
