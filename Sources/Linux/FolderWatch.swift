// Learning that something changed in a folder.

internal import CShims

/// Folders whose changes make a descriptor readable (inotify(7)).
public struct FolderWatch: ~Copyable, Sendable {
  private let descriptor: Descriptor

  @inline(never)
  public init() throws(SystemCallError) {
    descriptor = try Descriptor(openedBy: "inotify_init1", apus_inotify())
  }

  /// To be polled for reading.
  public var number: Int32 { descriptor.number }

  /// Watches for files that are written, moved, made or removed, and for the end of the folder itself. Adding a folder
  /// twice changes nothing.
  @inline(never)
  public borrowing func add(_ path: String) throws(SystemCallError) {
    // IN_CLOSE_WRITE, IN_MOVED_FROM, IN_MOVED_TO, IN_CREATE, IN_DELETE, IN_DELETE_SELF, IN_MOVE_SELF, IN_ATTRIB,
    // IN_ONLYDIR. The bridged C string lives for the call.
    let events: UInt32 = 0x8 | 0x40 | 0x80 | 0x100 | 0x200 | 0x400 | 0x800 | 0x4 | 0x100_0000
    try systemCall("inotify_add_watch", path, unsafe apus_inotify_watch(number, path, events))
  }

  /// Forgets what has been told by now.
  public borrowing func clear() {
    var buffer = [UInt8](repeating: 0, count: 4096)
    // EAGAIN is the end of it.
    while let count = try? descriptor.read(into: &buffer), count > 0 {}
  }
}
