// How much the monitor says about itself.

/// How much the monitor says about itself; each level holds those above it.
public enum MessageLevel: Int, Sendable {
  case error
  case warning
  case info
  case debug
  case trace

  static func parse(_ text: String) throws(OptionError) -> MessageLevel {
    let lowered = text.utf8.map { $0 >= 65 && $0 <= 90 ? $0 + 32 : $0 }
    let names = ["error", "fatal", "panic", "warn", "warning", "info", "debug", "trace"]
    let levels: [MessageLevel] = [.error, .error, .error, .warning, .warning, .info, .debug, .trace]
    guard let index = names.exactIndex(of: String(decoding: lowered, as: UTF8.self)) else {
      throw .refused("No such log level " + text)
    }
    return levels[index]
  }

  /// The letter and the word that mark a message of this level.
  var mark: (letter: String, word: String) {
    switch self {
    case .error: ("e", "error")
    case .warning: ("w", "warning")
    case .info: ("i", "info")
    case .debug: ("d", "debug")
    case .trace: ("t", "trace")
    }
  }
}
