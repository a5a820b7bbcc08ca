// The streams that a request asks for.

internal import CRIProtocol
internal import Pods
internal import Streaming

/// A request for streams, of a command or a container.
protocol StreamsRequest {
  var stdin: Bool { get }
  var stdout: Bool { get }
  var stderr: Bool { get }
  var tty: Bool { get }
}

extension Runtime_V1_ExecRequest: StreamsRequest {}
extension Runtime_V1_AttachRequest: StreamsRequest {}

extension StreamSelection {
  /// - Throws: for what cannot be had: nothing at all, or errors apart from the output of a terminal.
  init(_ request: some StreamsRequest) throws(PodError) {
    self = []
    if request.stdin { insert(.stdin) }
    if request.stdout { insert(.stdout) }
    if request.stderr { insert(.stderr) }
    if isEmpty { throw PodError(.invalidArgument, "one of stdin, stdout and stderr has to be set") }
    if request.tty { insert(.terminal) }
    if request.tty && request.stderr {
      throw PodError(.invalidArgument, "tty and stderr cannot both be set: a terminal has one output")
    }
  }
}

extension ExecStreams {
  init(_ selection: StreamSelection) {
    self = []
    if selection.contains(.stdin) { insert(.stdin) }
    if selection.contains(.stdout) { insert(.stdout) }
    if selection.contains(.stderr) { insert(.stderr) }
    if selection.contains(.terminal) { insert(.terminal) }
  }
}

extension StreamingServer {
  /// A URL for a request.
  func address(for request: StreamingRequest) throws(PodError) -> String {
    do throws(StreamingError) { return try url(for: request) } catch { throw PodError(.exhausted, error.message) }
  }
}

/// Runs what a client of the streaming server wants and gives its failures the type that it tells them by.
func streaming<T: Sendable>(_ body: () async throws -> T) async throws(StreamingError) -> T {
  do { return try await body() } catch let error as PodError { throw StreamingError(error.message) } catch {
    throw StreamingError("\(error)")
  }
}
