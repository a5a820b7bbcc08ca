// Pictures of folders and settings of the host that an attack must not change.

import Foundation

/// Pictures of the host that can be compared.
enum HostTree {
  /// Kind, mode, owner, size and path of everything below a folder, and the content of its files.
  static func picture(of folder: String) throws -> [String] {
    let list = try Command("find", [folder, "-printf", "%y %m %U:%G %s %l %p\n"]).run().checked().lines.sorted()
    let sums = try Command(shell: "find '\(folder)' -type f -exec sha256sum {} +").run().checked().lines.sorted()
    return list + sums
  }

  static func checksum(of file: String) throws -> String {
    try Command("sha256sum", [file]).run().checked().output
  }

  /// Every readable setting below /proc/sys that does not change by itself.
  static func settings() throws -> [String] {
    let moving = [
      "random", "dentry-state", "file-nr", "inode-nr", "inode-state", "ns_last_pid", "nf_conntrack_count", "cache_info",
      "sched_domain", "stat_refresh", "drop_caches", "compact_memory", "tcp_fastopen_key",
    ]
    let skip = moving.map { "-e '\($0)'" }.joined(separator: " ")
    let script = "find /proc/sys -type f -perm -0400 | grep -v \(skip) | xargs grep -asH '' | sort"
    return try Command(shell: script).run().lines
  }

  /// The settings that are not as they were.
  static func changes(of before: [String]) throws -> [String] {
    Set(try settings()).symmetricDifference(before).sorted()
  }
}
