// This program where no container can write to it.

import Linux

/// The program's own file, out of reach of containers (CVE-2019-5736): `/proc/PID/exe` of a process that enters a
/// container leads to the file that it runs, so it runs none that can be written to.
///
/// Best is a view of the file through an overlay without an upper layer: nothing in it can be written, nobody can mount
/// it another way, and it is in no mount namespace. Where it cannot be had, a sealed copy in memory serves as well, at
/// the price of copying. The overlay is the way of runc too.
public enum SelfBinary {
  /// What this process runs.
  public enum Form {
    case view
    case copy
  }

  /// Goes on as such a program, with the same arguments and environment; returns only in it.
  /// - Parameter name: what this one was called as; with the folder of its file before it, it is the first argument of
  ///   the other, which finds by it what lies beside the file.
  public static func protect(as name: String) throws(RuntimeError) -> Form {
    try doing("protecting the runtime's own file") { () throws(SystemCallError) in
      let file = try Descriptor.workingDirectory.open("/proc/self/exe", .readOnly)
      // F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE
      if let seals = file.seals(), seals & 0xf == 0xf { return .copy }
      let (folder, own) = splitPath(try Descriptor.workingDirectory.readLink("/proc/self/exe"))
      if try isView(file) {
        // One that somebody mounted just like it is no view of ours: the copy has the last word.
        if isDetached(file) { return .view }
      } else if let view = try? view(of: file, folder: folder, name: own) {
        _ = view.executeAgain(as: folder + name)
      }
      throw try sealedCopy(of: file).executeAgain(as: folder + name)
    }
  }

  /// What tells our mount from others.
  private static let attributes: MountAttributes = [.readOnly, .noDevices, .noAccessTime, .noSymlinks]

  /// Whether a file is on an overlay with these attributes.
  private static func isView(_ file: borrowing Descriptor) throws(SystemCallError) -> Bool {
    // OVERLAYFS_SUPER_MAGIC
    if try file.fileSystemType() != 0x794c_7630 { return false }
    // ST_RDONLY | ST_NODEV | ST_NOATIME | ST_NOSYMFOLLOW
    let mark: Int64 = 0x2405
    return try file.mountFlags() & mark == mark
  }

  /// A mount that is in no namespace can be neither copied nor changed: every call that does so looks for that first.
  private static func isDetached(_ file: borrowing Descriptor) -> Bool {
    do {
      _ = try MountTree.clone("", in: file, recursive: false)
      return false
    } catch {
      return error.errno == .invalidArgument
    }
  }

  private static func view(
    of file: borrowing Descriptor, folder: String, name: String
  ) throws(SystemCallError) -> Descriptor {
    let layer = try Descriptor.workingDirectory.open(folder, [.path, .directory])
    // An overlay without an upper layer has two others. This one is everywhere and holds no program.
    let other = try Descriptor.workingDirectory.open("/dev", [.path, .directory])
    let context = try FileSystemContext("overlay")
    let layers = numbered("/proc/self/fd/", layer.number, numbered(":/proc/self/fd/", other.number))
    try context.set("lowerdir", layers)
    let tree = try context.mount(attributes)
    let view = try tree.root.open(name, .readOnly, resolve: [.beneath, .noSymlinks])
    let (found, own) = (try layer.status(of: name), try file.status())
    // The name may have another file by now, or the kernel may show the attributes in another way.
    guard found.inode == own.inode, found.device == own.device, try isView(view) else {
      throw SystemCallError(call: "open", subject: name, errno: .noEntry)
    }
    return view
  }

  private static func sealedCopy(of file: borrowing Descriptor) throws(SystemCallError) -> Descriptor {
    let size = try file.status(subject: "/proc/self/exe").size
    let copy = try Descriptor.memoryFile("apus", isExecutable: true)
    try copy.copyAll(from: file, size: Int(size))
    try copy.changeMode(0o555)
    try copy.seal()
    return copy
  }
}
