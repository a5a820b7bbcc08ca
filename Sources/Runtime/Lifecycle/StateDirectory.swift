// The directory that holds what the runtime knows about one container.

import Linux
import OCI

/// The state directory of a container, held open. Changing commands hold its lock too.
struct StateDirectory: ~Copyable {
  let id: String
  let directory: Descriptor

  static let recordName = "state.json"
  static let configName = "config.json"
  static let fifoName = "exec.fifo"
  /// What the parser of JSON takes, in bytes.
  static let fileLimit = 16 << 20

  /// Makes the directory of a new container and takes its lock.
  static func create(id: String, in root: borrowing Descriptor) throws(RuntimeError) -> StateDirectory {
    do {
      // As runc: others may look up names they know, not list.
      try root.makeDirectory(id, mode: 0o711)
    } catch {
      if error.errno == .exists { throw .containerExists(id: id) }
      throw .systemCall(doing: "creating the state directory", error)
    }
    guard let state = try open(id: id, in: root) else { throw .containerDoesNotExist(id: id) }
    try doing("locking the state directory") { () throws(SystemCallError) in try state.directory.lock() }
    return state
  }

  /// Opens the directory of an existing container without taking its lock; nil when there is none.
  static func open(id: String, in root: borrowing Descriptor) throws(RuntimeError) -> StateDirectory? {
    do {
      let directory = try root.open(id, [.readOnly, .directory, .noFollow])
      return StateDirectory(id: id, directory: directory)
    } catch {
      if error.errno == .noEntry || error.errno == .notDirectory || error.errno == .symbolicLinkLoop { return nil }
      throw .systemCall(doing: "opening the state directory", error)
    }
  }

  /// Takes the lock. A directory that was removed while we waited does not exist any more.
  func lock() throws(RuntimeError) {
    let links = try doing("locking the state directory") { () throws(SystemCallError) in
      try directory.lock()
      return try directory.status().links
    }
    if links == 0 { throw .containerDoesNotExist(id: id) }
  }

  /// Whether a command is changing the container at this moment.
  func isLockedByAnother() -> Bool {
    guard let free = try? directory.tryLock() else { return true }
    if free { try? directory.unlock() }
    return !free
  }

  /// Writes a file by a temporary name and a rename, so that a reader sees the old or the new one, whole.
  func write(_ name: String, _ bytes: [UInt8]) throws(RuntimeError) {
    let temporary = "." + name
    try doing("writing " + name + " of the container") { () throws(SystemCallError) in
      let file = try directory.open(temporary, [.writeOnly, .create, .truncate, .noFollow], mode: 0o600)
      try file.writeAll(bytes, subject: name)
      try file.close()
      try directory.rename(temporary, to: name, in: directory)
    }
  }

  /// Writes a file that nobody looks for before the record tells of it.
  func writeNew(_ name: String, _ bytes: [UInt8]) throws(RuntimeError) {
    try doing("writing " + name + " of the container") { () throws(SystemCallError) in
      let file = try directory.open(name, [.writeOnly, .create, .exclusive, .noFollow], mode: 0o600)
      try file.writeAll(bytes, subject: name)
      try file.close()
    }
  }

  func read(_ name: String) throws(RuntimeError) -> [UInt8] {
    try doing("reading " + name + " of the container") { () throws(SystemCallError) in
      try directory.readFile(name, limit: StateDirectory.fileLimit, resolve: .noSymlinks)
    }
  }

  /// Makes a folder that every user may look into.
  func makeFolder(_ name: String) throws(RuntimeError) {
    try doing("making the folder " + name + " of the container") { () throws(SystemCallError) in
      try directory.makeDirectory(name, mode: 0o755)
      try directory.changeMode(of: name, 0o755)
    }
  }

  /// Whether the container waits for `start`: the fifo is there.
  var hasFifo: Bool { (try? directory.status(of: StateDirectory.fifoName)) != nil }

  /// Removes the directory with everything in it. The lock goes with the last descriptor.
  func remove(from root: borrowing Descriptor) throws(RuntimeError) {
    try doing("removing the state directory") { () throws(SystemCallError) in try root.removeTree(id) }
  }
}
