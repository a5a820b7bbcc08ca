// Names and numbers of signals on the command line.

internal import OCI

/// Names and numbers of signals on the command line.
enum SignalName {
  /// The number of a signal given by name, with or without SIG and in any case, or by number.
  static func number(_ word: String) throws(RuntimeError) -> Int32 {
    if let number = integer(word) { return Int32(clamping: number) }
    var name = ascii(word, isUpper: true)
    if hasPrefix(name, "SIG") { name = text([UInt8](name.utf8)[3...]) }
    for entry in table where sameBytes(entry.name, name) { return entry.number }
    if let number = realTime(name) { return number }
    throw .usage("unknown signal \"" + word + "\"")
  }

  /// `RTMIN`, `RTMIN+n`, `RTMAX`, `RTMAX-n`: 34 to 64, as libc counts them.
  private static func realTime(_ name: String) -> Int32? {
    let (base, sign): (Int, UInt8)
    if hasPrefix(name, "RTMIN") {
      (base, sign) = (34, UInt8(ascii: "+"))
    } else if hasPrefix(name, "RTMAX") {
      (base, sign) = (64, UInt8(ascii: "-"))
    } else {
      return nil
    }
    let rest = [UInt8](name.utf8)[5...]
    if rest.isEmpty { return Int32(base) }
    // The offset carries its sign with it.
    guard rest.first == sign, let offset = integer(text(rest)), offset >= -30, offset <= 30 else { return nil }
    return Int32(base + offset)
  }

  /// The numbers of x86_64 and aarch64, which agree (signal(7)).
  private static let table: [(name: String, number: Int32)] = [
    ("HUP", 1), ("INT", 2), ("QUIT", 3), ("ILL", 4), ("TRAP", 5), ("ABRT", 6), ("IOT", 6), ("BUS", 7), ("FPE", 8),
    ("KILL", 9), ("USR1", 10), ("SEGV", 11), ("USR2", 12), ("PIPE", 13), ("ALRM", 14), ("TERM", 15), ("STKFLT", 16),
    ("CHLD", 17), ("CLD", 17), ("CONT", 18), ("STOP", 19), ("TSTP", 20), ("TTIN", 21), ("TTOU", 22), ("URG", 23),
    ("XCPU", 24), ("XFSZ", 25), ("VTALRM", 26), ("PROF", 27), ("WINCH", 28), ("IO", 29), ("POLL", 29), ("PWR", 30),
    ("SYS", 31), ("UNUSED", 31),
  ]
}
