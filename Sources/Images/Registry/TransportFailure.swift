// Why a request got no answer, or none that helps.

internal import AsyncHTTPClient
internal import Linux
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL

/// Why a request got no answer, or none that helps, and whether it may be made again.
struct TransportFailure: Error {
  let error: ImageError
  let isPassing: Bool
  /// What the server said about it.
  var retryAfter: String?

  init(_ error: ImageError, isPassing: Bool = false, retryAfter: String? = nil) {
    self.error = error
    self.isPassing = isPassing
    self.retryAfter = retryAfter
  }

  /// What an attempt to talk to a server ended with.
  init(_ error: any Error, host: String) {
    switch error {
    case let error as TransportFailure: self = error
    case let error as ImageError: self.init(error)
    default:
      let (problem, isPassing) = TransportFailure.reading(error)
      self.init(ImageError(.unreachable, "\(host): \(problem)"), isPassing: isPassing)
    }
  }

  /// A status that is none of those expected.
  init(_ answer: HTTPAnswer, host: String) {
    let reason: ImageError.Reason =
      switch answer.status {
      case 401, 403: .unauthorized
      case 404: .notFound
      default: .unreachable
      }
    let detail = answer.refusal.map { ": \($0)" } ?? ""
    self.init(
      ImageError(reason, "\(host) answers with status \(answer.status)\(detail)"),
      isPassing: RetrySchedule.isPassing(status: answer.status), retryAfter: answer.header("retry-after"))
  }

  /// Words for an error of the libraries, and whether it may be gone the next time. A host that refuses, has no address
  /// or no valid certificate does so the next second, too.
  private static func reading(_ error: any Error) -> (String, isPassing: Bool) {
    switch error {
    case let error as NIOConnectionError:
      if let cause = error.connectionErrors.first?.error { return reading(cause) }
      return ("the name has no address", false)
    case let error as IOError:
      let name = Errno(rawValue: error.errnoCode)
      return ("\(error)".shortened, name != .connectionRefused)
    case let error as HTTPClientError: return reading(error)
    case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError: return (tlsProblem("\(error)"), false)
    case HTTPParserError.invalidEOFState: return ("the connection was closed before the end of the answer", true)
    case let error as HTTPParserError:
      return ("the answer is not HTTP, or its head is too large (\("\(error)".shortened))", false)
    case is ChannelError: return ("the connection failed: \("\(error)".shortened)", true)
    default: return ("\(error)".shortened, true)
    }
  }

  private static func reading(_ error: HTTPClientError) -> (String, isPassing: Bool) {
    switch error {
    case .connectTimeout, .getConnectionFromPoolTimeout: ("no connection in time", true)
    case .deadlineExceeded, .readTimeout: ("no whole answer in time", true)
    case .remoteConnectionClosed, .uncleanShutdown: ("the connection was closed before the end of the answer", true)
    case .tlsHandshakeTimeout: ("no TLS handshake in time", true)
    case .proxyAuthenticationRequired: ("the proxy wants a name and a password", false)
    case .cancelled: ("the request was cancelled", false)
    default: (error.description.shortened, false)
    }
  }

  private static func tlsProblem(_ text: String) -> String {
    if text.contains("WRONG_VERSION_NUMBER") { return "it does not speak TLS (--tls-verify=false allows that)" }
    if text.contains("CERTIFICATE_VERIFY_FAILED") || text.contains("failedToValidateHostname") {
      return "its certificate is not one that this host trusts for that name"
    }
    return "the TLS handshake failed: \(text.shortened)"
  }
}
