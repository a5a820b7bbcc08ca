// Taking away what was made; what is gone already is no failure.

internal import Images
internal import Linux

/// Taking away what was made; what is gone already is no failure.
enum Unmaking {
  static func unmount(_ path: String) throws(PodError) {
    do throws(SystemCallError) { try detachMount(path) } catch {
      // No mount, or no such place.
      guard error.errno == .invalidArgument || error.errno == .noEntry else {
        throw PodError("unmounting '\(path)'", error)
      }
    }
  }

  /// Unpins the namespaces of a folder, or the one of a file.
  static func removePins(_ path: String) throws(PodError) {
    let names: [String]
    do throws(SystemCallError) {
      let folder = try Descriptor.workingDirectory.open(path, [.readOnly, .directory, .noFollow])
      names = try folder.entries().map(\.name)
    } catch {
      if error.errno == .noEntry { return }
      guard error.errno == .notDirectory else { throw PodError("opening '\(path)'", error) }
      try unmount(path)
      return try removeFile(path)
    }
    for name in names {
      try unmount(path + "/" + name)
      try removeFile(path + "/" + name)
    }
    try removeFolder(path)
  }

  static func removeSnapshot(_ target: String, _ store: Store) throws(PodError) {
    do throws(ImageError) { try store.unmount(target) } catch {
      if error.reason != .notFound { throw PodError("", error) }
    }
  }

  static func removeFolder(_ path: String) throws(PodError) {
    try attempting("removing '\(path)'") { () throws(SystemCallError) in
      try Descriptor.workingDirectory.removeTree(path)
    }
  }

  static func removeFile(_ path: String) throws(PodError) {
    do throws(SystemCallError) { try Descriptor.workingDirectory.removeFile(path) } catch {
      if error.errno != .noEntry { throw PodError("removing '\(path)'", error) }
    }
  }
}
