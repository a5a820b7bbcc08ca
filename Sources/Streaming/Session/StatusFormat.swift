// How the end of a command is told on the error stream.

internal import Foundation

/// How the end of a command is told on the error stream.
enum StatusFormat {
  /// Nothing for success, else a sentence: versions 1 to 3 of remote commands.
  case text
  /// A Status object of Kubernetes: from version 4 on.
  case json

  func status(_ outcome: CommandOutcome) -> [UInt8] {
    switch self {
    case .text: Array(StatusFormat.sentence(outcome).utf8)
    case .json: StatusFormat.encoded(outcome)
    }
  }

  private static func sentence(_ outcome: CommandOutcome) -> String {
    switch outcome {
    case .exited(0): ""
    case .exited(let code): "command terminated with non-zero exit code: exit status \(code)"
    case .failed(let reason): reason
    }
  }

  private struct Status: Encodable {
    struct Cause: Encodable {
      var reason: String?
      let message: String
    }
    struct Details: Encodable {
      let causes: [Cause]
    }
    let metadata: [String: String] = [:]
    var status = "Failure"
    var message: String?
    var reason: String?
    var details: Details?
    var code: Int?
  }

  private static func encoded(_ outcome: CommandOutcome) -> [UInt8] {
    var status = Status()
    switch outcome {
    case .exited(0): status.status = "Success"
    case .exited(let code):
      status.message = sentence(outcome)
      status.reason = "NonZeroExitCode"
      status.details = Status.Details(causes: [Status.Cause(reason: "ExitCode", message: String(code))])
    case .failed(let reason):
      status.message = "Internal error occurred: \(reason)"
      status.reason = "InternalError"
      status.details = Status.Details(causes: [Status.Cause(message: reason)])
      status.code = 500
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Strings and numbers can always be encoded.
    return ((try? encoder.encode(status)) ?? Data()).map { $0 }
  }
}
