// Why the monitor could not begin.

import Linux

/// Why the monitor could not begin.
enum BirthError: Error {
  case call(doing: String, SystemCallError)
  /// One sentence.
  case refused(String)

  var message: String {
    switch self {
    case .call(let doing, let error): doing + ": " + error.message
    case .refused(let text): text
    }
  }

  static func doing<T: ~Copyable>(
    _ what: String, _ body: () throws(SystemCallError) -> T
  ) throws(BirthError) -> T {
    do {
      return try body()
    } catch {
      throw .call(doing: what, error)
    }
  }
}
