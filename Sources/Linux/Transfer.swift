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

  /// Performs a call of CShims, again when a signal interrupted it.
  @inline(__always)
  init(_ body: () -> Int64) {
    var result = body()
    while result == -Int64(Errno.interrupted.rawValue) { result = body() }
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
