// What a client may do with a URL.

/// What a client may do with a URL: once, and soon.
public enum StreamingRequest: Sendable {
  case exec(CommandRequest)
  case attach(CommandRequest)
  case forward(ForwardRequest)

  /// The first part of the URL's path.
  var path: String {
    switch self {
    case .exec: "exec"
    case .attach: "attach"
    case .forward: "portforward"
    }
  }
}

/// A command whose streams are served, or a container that is attached to.
public struct CommandRequest: Sendable {
  /// Of which kind the ends will be.
  public enum Ends: Sendable {
    case pipes, terminal, packets
  }

  public var streams: StreamSelection
  public var ends: Ends
  /// For messages: `executing command in container`.
  public var doing: String
  /// Begins it, when the client has opened its streams.
  public var open: @Sendable () async throws -> any CommandSession

  public init(
    _ doing: String, streams: StreamSelection, ends: Ends,
    open: @escaping @Sendable () async throws -> any CommandSession
  ) {
    self.doing = doing
    self.streams = streams
    self.ends = ends
    self.open = open
  }
}

/// Ports that are forwarded.
public struct ForwardRequest: Sendable {
  /// For clients of WebSocket, which cannot name any themselves.
  public var ports: [UInt16]
  /// Connects to a port.
  public var connect: @Sendable (UInt16) async throws -> OwnedDescriptor

  public init(ports: [UInt16], connect: @escaping @Sendable (UInt16) async throws -> OwnedDescriptor) {
    self.ports = ports
    self.connect = connect
  }
}
