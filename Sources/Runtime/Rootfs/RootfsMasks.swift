// Paths that the container must not read, and those it must not write.

internal import Linux

extension Rootfs {
  /// Covers files by the null device and directories by an empty one; what is not there needs no cover.
  /// Links are followed inside the root: their target is what would be read.
  /// - Parameter paths: absolute in the container; one that is named twice is covered once.
  public mutating func mask(paths: [String]) throws(SetupFailure) {
    do {
      var empty: Mask?
      for path in ContainerPath.unique(paths) {
        let place = try existing(path)
        if !place.isOpen { continue }
        if try place.status(subject: path).kind != .directory {
          try nullMask.cover(place, subject: path)
        } else {
          if empty == nil { empty = try Mask.directory(label: plan.mountLabel) }
          try empty?.cover(place, subject: path)
        }
      }
    } catch {
      throw .call(error)
    }
  }

  /// Makes paths, and what is mounted below them, read-only by mounts of their own.
  public borrowing func makeReadOnly(paths: [String]) throws(SetupFailure) {
    do {
      for path in ContainerPath.unique(paths) {
        let place = try existing(path)
        if !place.isOpen { continue }
        let copy = try MountTree.clone("", in: place, recursive: true)
        try copy.change(MountChange(set: .readOnly, isRecursive: true), subject: path)
        try copy.attach(to: place, subject: path)
      }
    } catch {
      throw .call(error)
    }
  }

  /// The file at a path; `absent` when there is no such file.
  borrowing func existing(_ path: String) throws(SystemCallError) -> Descriptor {
    do {
      return try tree.root.open(path, .path, resolve: .container)
    } catch {
      if error.errno == .noEntry { return .absent }
      throw error
    }
  }
}
