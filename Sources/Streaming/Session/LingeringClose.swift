// The end of a connection after which nothing is lost.

internal import NIOCore

/// The end of a connection: our side is closed, then the client's is waited for. Closing both sides at once while the
/// client still sends would have the kernel take back what the client has not read yet (RFC 1122, 4.2.2.13).
enum LingeringClose {
  /// How long the client may take.
  static let patience = TimeAmount.seconds(5)

  /// - Returns: to be cancelled when the connection is closed.
  static func begin(_ context: ChannelHandlerContext) -> Scheduled<Void> {
    let channel = context.channel
    context.close(mode: .output).whenFailure { _ in channel.close(promise: nil) }
    return channel.eventLoop.scheduleTask(in: patience) { channel.close(promise: nil) }
  }
}
