// Why a log could not be begun anew.

import Linux

/// Why a log could not be begun anew. The old file goes on.
enum LogRotationError: Error {
  case call(SystemCallError)
  /// One sentence: what makes it unsafe.
  case refused(String)

  var message: String {
    switch self {
    case .call(let error): error.message
    case .refused(let text): text
    }
  }

  static func calling<T: ~Copyable>(_ body: () throws(SystemCallError) -> T) throws(LogRotationError) -> T {
    do {
      return try body()
    } catch {
      throw .call(error)
    }
  }
}
