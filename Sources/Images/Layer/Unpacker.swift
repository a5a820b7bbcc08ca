// Turns the archive of a layer into the tree that an overlay mount takes.

public import Linux

/// Turns the archive of a layer into a tree of its own, which does not depend on the layers below: what it removes
/// becomes whiteout devices and opaque marks of overlayfs (kernel: filesystems/overlayfs.rst).
///
/// Every entry is reached through the descriptor of its parent directory, found by openat2(2) with the tree as the
/// root: links and dots of the archive lead nowhere else (CVE-2021-32760, CVE-2018-15664).
public final class Unpacker {
  let root: Descriptor
  let limits: LayerLimits
  var report = LayerReport()
  /// The parent of the last entry: archives list a directory's entries one after the other.
  private var parentPath: EntryPath?
  var parent: Descriptor
  /// Directories' times are set last: each entry made in them would change them.
  var directoryTimes: [EntryPath: FileTime] = [:]
  var missingParents: Set<EntryPath> = []

  /// - Parameter root: an empty directory.
  public init(into root: consuming Descriptor, limits: LayerLimits = LayerLimits()) throws(ImageError) {
    do throws(SystemCallError) {
      parent = try root.open(".", [.path, .directory])
    } catch {
      throw ImageError("preparing the layer's directory", error)
    }
    self.root = root
    self.limits = limits
  }

  /// Unpacks a whole archive and reads it to its end.
  public func unpack(_ stream: LayerStream) throws(ImageError) -> LayerReport {
    var reader = TarReader(stream, limits: limits)
    while let entry = try reader.next() { try add(entry, &reader) }
    let summary = try stream.finish()
    try attempting("setting the times of directories") { () throws(SystemCallError) in try setDirectoryTimes() }
    report.digest = summary.digest?.description ?? ""
    report.size = summary.size
    report.diffID = summary.archive.digest.description
    report.archiveSize = summary.archive.size
    report.missingParents = missingParents.map(\.encoded).sorted()
    return report
  }

  private func add(_ entry: TarEntry, _ reader: inout TarReader) throws(ImageError) {
    let path = try EntryPath(entry.path, limits: limits)
    if let whiteout = try Whiteout(path) {
      return try unpacking(path) { () throws(SystemCallError) in try remove(whiteout, path) }
    }
    if path.names.isEmpty {
      return try unpacking(path) { () throws(SystemCallError) in try changeRoot(entry) }
    }
    try unpacking(path) { () throws(SystemCallError) in try enterParent(of: path) }
    guard entry.kind == .regular else { return try makeEntry(entry, path) }
    let file = try openFile(entry, path)
    report.inodes += 1
    try copyData(of: entry, to: file, &reader)
    try unpacking(path) { () throws(SystemCallError) in try file.apply(entry) }
  }

  /// The entry of the root itself: only its attributes count.
  private func changeRoot(_ entry: TarEntry) throws(SystemCallError) {
    guard entry.kind == .directory else { return }
    try root.open(".", [.readOnly, .directory]).apply(entry)
    directoryTimes[.root] = entry.modified
    report.describesRoot = true
  }

  private func makeEntry(_ entry: TarEntry, _ path: EntryPath) throws(ImageError) {
    // The target is another path of the archive; it is checked as such before anything is removed.
    let target = entry.kind == .hardLink ? try EntryPath(entry.target, limits: limits) : path
    try unpacking(path) { () throws(SystemCallError) in
      switch entry.kind {
      case .directory: try makeDirectory(entry, path)
      case .hardLink: try makeHardLink(path, to: target)
      case .regular, .symbolicLink, .characterDevice, .blockDevice, .fifo: try makeSpecial(entry, path)
      }
    }
  }

  /// The last entry of a name wins: what stands in the way is removed.
  private func openFile(_ entry: TarEntry, _ path: EntryPath) throws(ImageError) -> Descriptor {
    try unpacking(path) { () throws(SystemCallError) in
      let flags: OpenFlags = [.writeOnly, .create, .exclusive, .noFollow]
      do throws(SystemCallError) {
        return try parent.open(path.lastName, flags, mode: 0o600, resolve: .oneName)
      } catch {
        guard error.errno == .exists else { throw error }
        try clear(path)
        return try parent.open(path.lastName, flags, mode: 0o600, resolve: .oneName)
      }
    }
  }

  func unpacking<T: ~Copyable>(
    _ path: EntryPath, _ body: () throws(SystemCallError) -> T
  ) throws(ImageError) -> T {
    do throws(SystemCallError) { return try body() } catch { throw ImageError("unpacking '\(path.text)'", error) }
  }
}

// MARK: - Directories on the way

extension Unpacker {
  /// Opens the directory that an entry is to be made in, and makes it where the archive lacks it.
  func enterParent(of path: EntryPath) throws(SystemCallError) {
    let wanted = path.parent
    if let known = parentPath, known == wanted { return }
    parentPath = nil
    do throws(SystemCallError) {
      parent = try root.open(wanted.bytePath, [.path, .directory], resolve: .container)
    } catch {
      guard error.errno == .noEntry || error.errno == .notDirectory else { throw error }
      try makeParents(of: wanted)
    }
    parentPath = wanted
  }

  /// Something was removed: a descriptor may now lead out of the tree that remains.
  func forgetParent() { parentPath = nil }

  private func makeParents(of wanted: EntryPath) throws(SystemCallError) {
    parent = try root.open(".", [.path, .directory])
    for count in 1...max(1, wanted.names.count) {
      let path = wanted.prefix(count)
      do throws(SystemCallError) {
        parent = try root.open(path.bytePath, [.path, .directory], resolve: .container)
      } catch {
        try makeParent(path, error)
        parent = try parent.open(path.lastName, [.path, .directory], resolve: .oneName)
      }
    }
  }

  /// Makes a directory that no entry has described: its attributes are those that it has in the layers below.
  private func makeParent(_ path: EntryPath, _ error: SystemCallError) throws(SystemCallError) {
    if error.errno == .notDirectory {
      // What was removed in the lower layers is made anew and so hides their content; a file is no way to anywhere.
      guard try parent.status(of: path.lastName).isWhiteout else { throw error }
      try parent.removeFile(path.lastName)
      report.inodes -= 1
      try parent.makeDirectory(path.lastName, mode: 0o755)
      try parent.open(path.lastName, [.readOnly, .directory], resolve: .oneName).hideLower()
    } else if error.errno == .noEntry {
      // A link without target is in the way: EEXIST.
      try parent.makeDirectory(path.lastName, mode: 0o755)
      missingParents.insert(path)
      directoryTimes[path] = FileTime(seconds: 0)
    } else {
      throw error
    }
    report.inodes += 1
  }

  func setDirectoryTimes() throws(SystemCallError) {
    for (path, time) in directoryTimes {
      do throws(SystemCallError) {
        try root.open(path.bytePath, [.readOnly, .directory, .noFollow], resolve: .container).setTimes(time)
      } catch {
        // Replaced by a later entry.
        guard error.errno == .noEntry || error.errno == .notDirectory || error.errno == .symbolicLinkLoop
        else { throw error }
      }
    }
  }
}

extension ResolveFlags {
  /// One name of a directory, which is no link.
  static let oneName: ResolveFlags = [.beneath, .noSymlinks, .noMagicLinks]
}
