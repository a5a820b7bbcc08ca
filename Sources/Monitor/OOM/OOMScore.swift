// How willing the kernel is to kill us when memory runs out.

import Linux

/// How willing the kernel is to kill this process when memory runs out (proc_pid_oom_score_adj(5)).
enum OOMScore {
  private static let path = "/proc/self/oom_score_adj"

  /// Protects the monitor: without it nobody would tell how the container ended.
  /// - Returns: the score before; nil when it cannot be read.
  static func protect() -> String? {
    guard let bytes = try? Descriptor.workingDirectory.readFile(path, limit: 64) else { return nil }
    // Not everybody may lower it, and a monitor without protection is better than none.
    set("-1000")
    return String(decoding: bytes.prefix { $0 != 10 }, as: UTF8.self)
  }

  /// Sets the score; children that are not the monitor get back what we had.
  static func set(_ score: String?) {
    guard let score else { return }
    try? Descriptor.workingDirectory.writeFile(path, score)
  }
}
