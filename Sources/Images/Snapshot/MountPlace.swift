// A directory to mount something at for a moment.

internal import Linux

/// A directory to mount something at for a moment, on kernels that cannot do without. What is mounted there goes with
/// this value; what a killed process leaves, with the next opening of the store.
struct MountPlace: ~Copyable {
  let path: String
  private let name: String
  private let folders: StoreFolders

  init(_ store: Store) throws(ImageError) {
    name = store.newName()
    folders = store.folders
    path = "\(store.path)/m/\(name)"
    let name = name
    try attempting("making a place for a mount") { () throws(SystemCallError) in
      try store.folders.places.makeDirectory(name, mode: 0o700)
    }
  }

  deinit { MountPlace.remove(name, path, folders) }

  /// What cannot be removed now is removed by whoever opens the store next.
  static func remove(_ name: String, _ path: String, _ folders: StoreFolders) {
    // At most what one process mounted there: the layers' tree, or the overlay.
    for _ in 0..<4 {
      do throws(SystemCallError) { try detachMount(path) } catch { break }
    }
    try? folders.places.removeDirectory(name)
  }

  borrowing func attach(_ tree: borrowing MountTree) throws(SystemCallError) {
    try tree.attach(to: try folders.places.open(name, [.path, .directory, .noFollow]), subject: path)
  }

  /// A detached copy of what is mounted there.
  borrowing func takeTree() throws(SystemCallError) -> MountTree {
    try MountTree.clone("", in: try folders.places.open(name, [.path, .directory, .noFollow]), recursive: false)
  }
}
