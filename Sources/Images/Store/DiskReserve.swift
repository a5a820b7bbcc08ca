// Room that is kept for the case that there is none.

internal import Foundation

/// Room that is kept for the case that there is none: removing images writes to the database before anything becomes
/// free. Several files, as their inodes may be what is missing.
struct DiskReserve: Sendable {
  static let files = 4
  static let bytes = 4 << 20

  private let folder: String

  init(folder: String) { self.folder = folder }

  private var paths: [String] { (1...DiskReserve.files).map { "\(folder)/\($0)" } }

  /// Room that is left free: the database's log has its index in a file that is written through memory, where a full
  /// disk ends the program.
  private static let spareBytes = 1 << 20
  private static let spareInodes = 3

  /// Gives as much back as is needed before the database can be opened.
  func makeRoom() {
    while !hasRoom(for: 0), release() {}
  }

  /// Whether there is the room that is left free, beside files of as many bytes.
  private func hasRoom(for bytes: Int) -> Bool {
    let parent = URL(filePath: folder).deletingLastPathComponent().path(percentEncoded: false)
    guard let system = try? FileManager.default.attributesOfFileSystem(forPath: parent),
      let free = system[.systemFreeSize] as? NSNumber
    else { return true }
    // Some file systems have no fixed number of inodes, and tell none.
    let inodes = (system[.systemNodes] as? NSNumber)?.intValue ?? 0
    let freeInodes = (system[.systemFreeNodes] as? NSNumber)?.intValue ?? 0
    let hasInodes = inodes == 0 || freeInodes >= DiskReserve.spareInodes + (bytes > 0 ? 1 : 0)
    return hasInodes && free.intValue >= DiskReserve.spareBytes + bytes
  }

  /// Gives a part of the room back to the disk.
  /// - Returns: whether there was one left.
  func release() -> Bool {
    paths.contains { path in
      do { try FileManager.default.removeItem(atPath: path) } catch { return false }
      return true
    }
  }

  /// Takes the room again, as much of it as there is.
  /// - Parameter leavesSpare: whether the database is open and needs some.
  func fill(leavesSpare: Bool) {
    let size = DiskReserve.bytes / DiskReserve.files
    let missing = paths.filter { path in
      (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int != size
    }
    if missing.isEmpty { return }
    // That it is there already is the common case; that it cannot be made shows in its files.
    try? FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    // Bytes that no file system stores as a hole.
    let content = Data(repeating: 0xa5, count: size)
    for path in missing {
      guard !leavesSpare || hasRoom(for: size) else { return }
      do { try content.write(to: URL(filePath: path)) } catch {
        try? FileManager.default.removeItem(atPath: path)
        return
      }
    }
  }
}
