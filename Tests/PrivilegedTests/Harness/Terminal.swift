// A terminal of the test's own, as a terminal emulator would have it.

import Glibc
import Linux

/// The master of a pseudo terminal. A command whose input, output and errors are `peer` talks to it.
final class Terminal {
  private let master: Descriptor
  /// The path of the other end.
  let path: String
  private(set) var shown = ""

  init(rows: UInt16 = 24, columns: UInt16 = 80) throws {
    master = try Descriptor.workingDirectory.open("/dev/ptmx", [.readWrite, .noControllingTerminal])
    try master.unlockPeer()
    path = "/dev/pts/\(try master.ptyNumber())"
    try master.setWindowSize(WindowSize(rows: rows, columns: columns))
  }

  /// Takes over the master that a runtime sent.
  init(master: consuming Descriptor) {
    self.master = master
    path = ""
  }

  var peer: Command.Source { .path(path, flags: O_RDWR) }

  func resize(rows: UInt16, columns: UInt16) throws {
    try master.setWindowSize(WindowSize(rows: rows, columns: columns))
  }

  func type(_ text: String) throws { try master.writeAll(text) }

  /// What stty(1) says of the other end.
  func settings() throws -> String { try Command("stty", ["-F", path, "-a"]).run().checked().output }

  /// Reads until `text` is among what was shown, or the time is over.
  func shows(_ text: String, within limit: Double = 5) -> Bool {
    let begin = Moment.monotonic()
    while !shown.contains(text) {
      let rest = limit - seconds(since: begin)
      if rest <= 0 || !readMore(rest) { return shown.contains(text) }
    }
    return true
  }

  /// Reads what there is for a moment.
  func drain(_ limit: Double = 0.2) {
    while readMore(limit) {}
  }

  /// False when nothing comes in time, or the other end is gone.
  private func readMore(_ limit: Double) -> Bool {
    var entries = [PollEntry(master.number, .readable)]
    guard let ready = try? poll(&entries, timeoutMilliseconds: Int32(limit * 1000)), ready > 0 else { return false }
    var buffer = [UInt8](repeating: 0, count: 4096)
    guard let count = try? master.read(into: &buffer), count > 0 else { return false }
    shown += String(decoding: buffer[0..<count], as: UTF8.self)
    return true
  }

  /// A command that this terminal controls.
  func control(_ command: Command) -> Command {
    var command = command
    command.input = peer
    command.output = peer
    command.errors = peer
    command.isSessionLeader = true
    return command
  }
}
