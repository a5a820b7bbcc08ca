// The files that keep namespaces.

import Linux

/// The files that keep namespaces: empty ones, onto which the namespaces are mounted. What was made is taken away again
/// unless `commit` says that it stays.
struct PinnedFiles: ~Copyable {
  private var made: [(namespace: PinnedNamespace, path: String)] = []
  private var isCommitted = false

  /// Makes the files, which must not be there yet: one that is there belongs to somebody.
  init(_ options: PinOptions) throws(PauseError) {
    for namespace in PinnedNamespace.all where options.kinds.contains(namespace.kind) {
      let place = try options.path(of: namespace)
      let path = place.folder + "/" + place.name
      try doing("making the file of the " + namespace.name + " namespace") { () throws(SystemCallError) in
        try PinnedFiles.makeFolders(options.directory, place.folder)
        let folder = try Descriptor.workingDirectory.open(place.folder, [.path, .directory])
        _ = try folder.open(place.name, [.readOnly, .create, .exclusive, .noFollow], mode: 0o444)
      }
      made.append((namespace, path))
    }
  }

  private static func makeFolders(_ paths: String...) throws(SystemCallError) {
    for path in paths where !path.isEmpty {
      do {
        try Descriptor.workingDirectory.makeDirectory(path, mode: 0o755)
      } catch {
        if error.errno != .exists { throw error }
      }
    }
  }

  /// Mounts the namespaces of a process onto their files.
  /// - Parameters:
  ///   - procfs: a private one.
  ///   - process: a name in it, `self` or a number.
  borrowing func bind(_ procfs: borrowing Descriptor, process: String) throws(PauseError) {
    for file in made {
      let source = process + "/ns/" + file.namespace.name
      try doing("pinning the " + file.namespace.name + " namespace") { () throws(SystemCallError) in
        let tree = try MountTree.clone(source, in: procfs, recursive: false)
        let target = try Descriptor.workingDirectory.open(file.path, [.path, .noFollow])
        try tree.attach(to: target, subject: file.path)
      }
    }
  }

  consuming func commit() { isCommitted = true }

  deinit {
    if isCommitted { return }
    for file in made {
      // Whether it was mounted by then is not known; the file is ours.
      try? detachMount(file.path)
      try? Descriptor.workingDirectory.removeFile(file.path)
    }
  }
}
