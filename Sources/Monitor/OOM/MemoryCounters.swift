// How often a cgroup ran out of memory.

/// How often a cgroup ran out of memory, from `memory.events` (v2) or `memory.oom_control` (v1, kernel 4.13).
struct MemoryCounters: Equatable {
  /// The limit was hit and nothing could be reclaimed (v2 only).
  var exhausted = 0
  /// A process was killed for it.
  var killed = 0

  /// Reads `name value` lines; what is no number counts as nothing.
  static func parse(_ bytes: [UInt8]) -> MemoryCounters {
    var counters = MemoryCounters()
    for line in bytes.split(separator: 10) {
      let words = line.split(separator: 32)
      guard words.count == 2, let value = number(words[1]) else { continue }
      if words[0].elementsEqual("oom".utf8) { counters.exhausted = value }
      if words[0].elementsEqual("oom_kill".utf8) { counters.killed = value }
    }
    return counters
  }

  /// Whether either counter has moved since `earlier`.
  func hasGrown(since earlier: MemoryCounters) -> Bool {
    exhausted > earlier.exhausted || killed > earlier.killed
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
    var value = 0
    for byte in digits {
      guard byte >= 48 && byte <= 57 && value < 1 << 56 else { return nil }
      value = value * 10 + Int(byte) - 48
    }
    return value
  }
}
