// Bytes on their way from one descriptor to another.

internal import Linux

/// Bytes on their way from one descriptor to another. It is filled only when empty, so it never grows.
struct RelayBuffer {
  /// What became of an attempt to move bytes.
  enum Outcome {
    case moved
    /// Not now (EAGAIN).
    case blocked
    /// Never again: the end, or an error, which on a terminal is the other end's hang-up (EIO).
    case ended
  }

  private var bytes: [UInt8]
  private var pending = 0..<0

  init(size: Int) { bytes = [UInt8](repeating: 0, count: size) }

  var isEmpty: Bool { pending.isEmpty }

  mutating func discard() { pending = 0..<0 }

  /// Reads once. Only for an empty buffer.
  mutating func fill(from source: borrowing Descriptor) -> Outcome {
    do {
      let count = try source.read(into: &bytes)
      pending = 0..<count
      return count > 0 ? .moved : .ended
    } catch {
      return error.errno == .tryAgain ? .blocked : .ended
    }
  }

  /// Writes once, at most `limit` bytes.
  mutating func drain(to target: borrowing Descriptor, limit: Int) -> Outcome {
    do {
      let count = try target.write(bytes[pending].prefix(limit))
      pending = pending.lowerBound + count..<pending.upperBound
      return .moved
    } catch {
      return error.errno == .tryAgain ? .blocked : .ended
    }
  }
}
