// The table of all containers of one state root.

import Linux
import OCI

/// The state root: a directory with one state directory per container.
public struct ContainerStore: ~Copyable {
  let root: Descriptor
  public let path: String

  /// Opens the root for a command that changes something; makes it (0700) when it is missing.
  public init(path: String) throws(RuntimeError) {
    self.path = path
    root = try doing("opening the state root") { () throws(SystemCallError) in
      try ContainerStore.makeDirectories(path)
      return try Descriptor.workingDirectory.open(path, [.readOnly, .directory])
    }
  }

  /// Opens the root for a command that only looks; nil when it is missing.
  public static func existing(path: String) throws(RuntimeError) -> ContainerStore? {
    do {
      let root = try Descriptor.workingDirectory.open(path, [.readOnly, .directory])
      return ContainerStore(root: root, path: path)
    } catch {
      if error.errno == .noEntry { return nil }
      throw .systemCall(doing: "opening the state root", error)
    }
  }

  private init(root: consuming Descriptor, path: String) {
    self.root = root
    self.path = path
  }

  /// The ids of all containers, sorted. Names that no id can have (`@seccomp`) are the runtime's own.
  public func ids() throws(RuntimeError) -> [String] {
    let entries = try doing("listing the state root") { () throws(SystemCallError) in try root.entries() }
    var ids: [String] = []
    for entry in entries where entry.kind != .regular && (try? ContainerID(entry.name)) != nil {
      ids.append(entry.name)
    }
    return sorted(ids)
  }

  /// The state directory of an existing container, not locked.
  func stateDirectory(of id: String) throws(RuntimeError) -> StateDirectory {
    try ContainerStore.check(id)
    guard let state = try StateDirectory.open(id: id, in: root) else { throw .containerDoesNotExist(id: id) }
    return state
  }

  static func check(_ id: String) throws(RuntimeError) {
    do throws(SpecError) {
      _ = try ContainerID(id)
    } catch {
      throw .invalidContainerID(error.message)
    }
  }

  /// Makes the directory and its parents, as far as they are missing.
  private static func makeDirectories(_ path: String) throws(SystemCallError) {
    do {
      try Descriptor.workingDirectory.makeDirectory(path, mode: 0o700)
    } catch {
      if error.errno == .exists { return }
      let parent = text(directoryPart([UInt8](path.utf8)[...]))
      if error.errno != .noEntry || parent.utf8.isEmpty { throw error }
      try makeDirectories(parent)
      try makeDirectories(path)
    }
  }
}
