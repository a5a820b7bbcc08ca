// Walking a path below a root, one component at a time, and making what is missing.

internal import Linux
internal import OCI

/// What a path in the container leads to.
struct Place: ~Copyable {
  /// An O_PATH descriptor.
  let file: Descriptor
  let status: FileStatus
  /// Whether it had to be made.
  let isNew: Bool

  init(_ file: consuming Descriptor, isNew: Bool, subject: String) throws(SystemCallError) {
    status = try file.status(subject: subject)
    self.file = file
    self.isNew = isNew
  }

  consuming func release() -> Descriptor { file }
}

/// Walks a path below a root by descriptors and makes what is missing. Links are followed inside the root, and the
/// targets of dangling ones are made, as runc does. Each name is looked up in the directory that we hold, so nobody
/// who renames directories meanwhile can lead the walk out of the root (CVE-2021-30465).
struct RootWalk: ~Copyable {
  enum Leaf {
    case directory, file
    /// A directory that no link leads to.
    case ordinaryDirectory
  }

  /// Where the walk stands: at its end the file or directory itself (an O_PATH descriptor).
  private(set) var current: Descriptor
  /// The plain names that led to `current`.
  private var done: [String] = []
  /// The names to come, the next one last.
  private var pending: [String]
  private var links = 0
  private let leaf: Leaf

  /// Opens what the path leads to, and makes it when nothing is there.
  static func open(
    _ path: String, in root: borrowing Descriptor, making leaf: Leaf
  ) throws(SystemCallError) -> Place {
    do {
      let resolve: ResolveFlags = leaf == .ordinaryDirectory ? [.inRoot, .noSymlinks] : .container
      let file = try root.open(path, leaf == .ordinaryDirectory ? [.path, .directory] : .path, resolve: resolve)
      return try Place(file, isNew: false, subject: path)
    } catch {
      if error.errno != .noEntry { throw error }
    }
    var walk = try RootWalk(path, in: root, making: leaf)
    while !walk.pending.isEmpty { try walk.step(in: root) }
    return try Place(walk.finish(), isNew: true, subject: path)
  }

  private init(_ path: String, in root: borrowing Descriptor, making leaf: Leaf) throws(SystemCallError) {
    current = try root.duplicate()
    pending = ContainerPath.lastFirst(path)
    self.leaf = leaf
  }

  private consuming func finish() -> Descriptor { current }

  private mutating func step(in root: borrowing Descriptor) throws(SystemCallError) {
    guard let name = pending.popLast() else { return }
    if sameBytes(name, "..") { return try leave(in: root) }
    let found = try openOrMake(name)
    switch try found.status(subject: name).kind {
    case .symbolicLink: try follow(try found.readLink(""), in: root)
    case .directory:
      current = found
      done.append(name)
    default:
      if !pending.isEmpty { throw SystemCallError(call: "openat2", subject: name, errno: .notDirectory) }
      current = found
    }
  }

  /// `..` has no name in the directory that we hold which would be safe: the way from the root is walked anew.
  private mutating func leave(in root: borrowing Descriptor) throws(SystemCallError) {
    _ = done.popLast()
    var path = "."
    for name in done { append("/" + name, to: &path) }
    current = try root.open(path, [.path, .directory], resolve: [.inRoot, .noSymlinks])
  }

  private mutating func follow(_ target: String, in root: borrowing Descriptor) throws(SystemCallError) {
    links += leaf == .ordinaryDirectory ? 41 : 1
    // MAXSYMLINKS of the kernel
    if links > 40 { throw SystemCallError(call: "openat2", subject: target, errno: .symbolicLinkLoop) }
    if target.startsWithBytes(of: "/") {
      current = try root.duplicate()
      done.removeAll()
    }
    pending += ContainerPath.lastFirst(target)
  }

  private borrowing func openOrMake(_ name: String) throws(SystemCallError) -> Descriptor {
    var attempts = 0
    while true {
      do {
        return try current.open(name, [.path, .noFollow], resolve: [.beneath, .noMagicLinks])
      } catch {
        attempts += 1
        // Who makes and removes the name all the time does not keep us here.
        if error.errno != .noEntry || attempts > 16 { throw error }
      }
      try make(name)
    }
  }

  /// Never opens what it makes by the same call: a name that appeared meanwhile is looked at like any other.
  private borrowing func make(_ name: String) throws(SystemCallError) {
    do {
      if pending.isEmpty && leaf == .file {
        try current.makeNode(name, kind: .regular, mode: 0o644)
      } else {
        try current.makeDirectory(name, mode: 0o755)
      }
    } catch {
      if error.errno != .exists { throw error }
    }
  }
}
