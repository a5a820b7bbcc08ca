// What happens in folders, in its order.

import Glibc

/// What happens in folders from now on, in its order (inotify(7)).
final class FolderEvents {
  private let watch = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))

  init(_ folders: [String]) {
    for folder in folders {
      // The bridged C string lives for the call.
      _ = unsafe inotify_add_watch(watch, folder, UInt32(IN_CREATE | IN_MOVED_TO | IN_MODIFY))
    }
  }

  deinit { close(watch) }

  /// Names of the files that were made, renamed or written since the last call.
  func next() -> [String] {
    var buffer = [UInt8](repeating: 0, count: 8192)
    // The array holds its count of bytes during the call.
    let count = unsafe read(watch, &buffer, buffer.count)
    var names: [String] = []
    var at = 0
    // struct inotify_event: 12 bytes, the length of the name, the name.
    while at + 16 <= count {
      let length = Int(buffer[at + 12]) | Int(buffer[at + 13]) << 8
      names.append(String(decoding: buffer[(at + 16)..<(at + 16 + length)].prefix { $0 != 0 }, as: UTF8.self))
      at += 16 + length
    }
    return names
  }
}
