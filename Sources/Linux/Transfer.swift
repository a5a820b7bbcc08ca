// How a non-blocking transfer of bytes went, without an error to be made on the hot path.

internal import CShims

/// How a non-blocking transfer of bytes went.
public enum Transfer: Equatable, Sendable {
  /// This many bytes, at least one, were moved.
  case moved(Int)
  /// Nothing more will come.
  case ended
  /// Nothing can be moved now.
  case wouldBlock
  case failed(Errno)

  /// Judges what a call of CShims returned.
  @inline(__always)
  init(_ result: Int64) {
    if result > 0 {
      self = .moved(Int(result))
    } else if result == 0 {
      self = .ended
    } else if result == -Int64(Errno.tryAgain.rawValue) {
      self = .wouldBlock
    } else {
      self = .failed(Errno(rawValue: Int32(truncatingIfNeeded: -result)))
    }
  }
}
