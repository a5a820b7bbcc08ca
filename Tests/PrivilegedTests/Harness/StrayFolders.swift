// Folders beside the cgroup hierarchies that Podman leaves.

import Foundation
import Linux

/// Folders beside the cgroup hierarchies. Podman moves its monitors into a cgroup `conmon` of every controller that it
/// knows, by mkdir and a write to `tasks`. Where the host has not mounted such a controller, these are a plain folder
/// and a plain file, which nobody removes.
struct StrayFolders {
  private static let root = "/sys/fs/cgroup"

  /// What the cgroups of a test begin with.
  let name: String
  /// Folders beside the hierarchies that were there before the test.
  private let before: Set<String>

  init(name: String) {
    self.name = name
    before = Set(StrayFolders.trees())
  }

  /// Folders in the place of hierarchies on which nothing is mounted.
  private static func trees() -> [String] {
    if Host.unified == root { return [] }
    let mounted = Set(Host.mounts.map(\.point))
    return Host.names(in: root).map { root + "/" + $0 }.filter { path in
      // The names of several controllers are links to where they are mounted.
      !mounted.contains(path) && (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) == nil
    }
  }

  /// The folders of the test.
  var paths: [String] {
    StrayFolders.trees().map { $0 + "/" + name }.filter { Host.exists($0) }
  }

  func remove() {
    for path in paths { try? FileManager.default.removeItem(atPath: path) }
    // Those that others use by now are not empty.
    for tree in StrayFolders.trees() where !before.contains(tree) {
      try? Descriptor.workingDirectory.removeDirectory(tree)
    }
  }
}
