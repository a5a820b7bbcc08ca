// Commands and containers as the streaming server takes them.

internal import Linux
internal import Pods
internal import Streaming

/// A command in a container.
final class StreamedCommand: CommandSession {
  private let process: ExecProcess

  init(_ process: ExecProcess) { self.process = process }

  func takeEnds() -> CommandEnds {
    var ends = process.takeEnds()
    if ends.terminal.isOpen { return .terminal(ends.terminal.take()) }
    return .pipes(input: ends.input.take(), output: ends.output.take(), errors: ends.errors.take())
  }

  func resize(_ size: WindowSize) { process.resize(size) }

  func outcome() async -> CommandOutcome {
    do { return .exited(try await process.end()) } catch {
      return .failed("error executing command in container: \((error as? PodError)?.message ?? "\(error)")")
    }
  }

  func abandon() { process.kill() }
}

/// A container that is attached to; it goes on when the client leaves.
final class StreamedAttachment: CommandSession {
  private let attachment: Attachment
  private let socket: OwnedDescriptor

  init(_ attachment: Attachment) {
    self.attachment = attachment
    socket = OwnedDescriptor(Descriptor(owning: attachment.socketNumber))
  }

  func takeEnds() -> CommandEnds { .packets(socket.take()) }

  func resize(_ size: WindowSize) { attachment.resize(size) }

  /// Never asked for: the end of the socket is the end of the container.
  func outcome() async -> CommandOutcome { .exited(0) }

  func abandon() {}
}
