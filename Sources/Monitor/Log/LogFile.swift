// The file that records are written to: its size, its successor, and what could not be written.

import Linux

/// The file that records are written to. It ends in a whole record whatever happens: what a full disk cuts off is taken
/// back and counted.
struct LogFile: ~Copyable {
  private let folder: LogFolder
  private let messages: Messages
  private var file: Descriptor
  /// Bytes of the current file, and of everything written.
  private(set) var size: Int64
  private(set) var total: Int64
  private var isFailing = false
  private var hasToldRotation = false

  init(_ folder: LogFolder, _ messages: Messages) throws(SystemCallError) {
    self.folder = folder
    self.messages = messages
    file = try folder.open()
    size = Int64((try? file.status().size) ?? 0)
    total = size
  }

  /// What became of a write.
  struct Outcome {
    /// Bytes in the file, always whole records.
    let written: Int
    let errno: Errno?
  }

  /// Writes whole records, however many calls it takes.
  mutating func write(_ bytes: borrowing MappedBytes, from start: Int, count: Int) -> Outcome {
    var done = 0
    while done < count {
      switch bytes.write(to: file, from: start + done, count: count - done) {
      case .moved(let moved): done += moved
      case .failed(let errno): return cut(bytes, from: start, written: done, errno)
      case .ended, .wouldBlock: return cut(bytes, from: start, written: done, .tryAgain)
      }
    }
    add(done)
    if isFailing {
      isFailing = false
      messages.info("the log can be written again")
    }
    return Outcome(written: done, errno: nil)
  }

  /// Takes a torn record back off the end of the file.
  private mutating func cut(
    _ bytes: borrowing MappedBytes, from start: Int, written: Int, _ errno: Errno
  ) -> Outcome {
    let whole = (bytes.lastIndex(of: 10, from: start, to: start + written) ?? start - 1) + 1 - start
    if whole < written, let end = try? file.status().size {
      // A device or a fifo cannot be cut; there the next record follows the torn one.
      try? file.truncate(to: Int64(end) - Int64(written - whole))
    }
    add(whole)
    if !isFailing {
      isFailing = true
      messages.warn("writing the log failed, counting what is lost: " + errno.message)
    }
    return Outcome(written: whole, errno: errno)
  }

  private mutating func add(_ count: Int) {
    size += Int64(count)
    total += Int64(count)
  }

  /// Goes on in a new file under the same name; when there can be none, in the old one for another length.
  mutating func succeed() {
    size = 0
    do {
      file = try folder.succeed()
      hasToldRotation = false
    } catch {
      if !hasToldRotation { messages.warn("cannot begin a new log file: " + error.message) }
      hasToldRotation = true
    }
  }

  /// Brings everything to the disk.
  func sync() {
    do {
      try file.sync()
    } catch {
      // Pipes and devices have nothing to bring anywhere.
      if error.errno != .invalidArgument { messages.warn("cannot sync the log: " + error.message) }
    }
  }
}
