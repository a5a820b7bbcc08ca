// A command, or a container that is attached to, as the server sees it.

public import Linux

/// The streams that a client asks for.
public struct StreamSelection: OptionSet, Sendable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static let stdin = StreamSelection(rawValue: 1)
  public static let stdout = StreamSelection(rawValue: 2)
  public static let stderr = StreamSelection(rawValue: 4)
  /// The command has a terminal: everything that it writes is its output, and the client tells sizes.
  public static let terminal = StreamSelection(rawValue: 8)
}

/// How a command ended.
public enum CommandOutcome: Equatable, Sendable {
  /// 128 and the number of the signal when one ended it.
  case exited(Int32)
  /// It was never run, or nobody knows how it ended: one sentence.
  case failed(String)
}

/// The ends of a command's streams that belong to this process.
public enum CommandEnds: ~Copyable, Sendable {
  /// Pipes; absent where the client did not ask for one.
  case pipes(input: Descriptor, output: Descriptor, errors: Descriptor)
  /// The master of a pseudo terminal.
  case terminal(Descriptor)
  /// The socket of a monitor (SOCK_SEQPACKET): a packet from it begins with 2 for the output and 3 for errors, one to
  /// it is input of at most 32 KiB. Its end is the end of the container.
  case packets(Descriptor)
}

/// A command, or a container that is attached to.
public protocol CommandSession: AnyObject, Sendable {
  /// Hands over the ends. Called once.
  func takeEnds() -> CommandEnds
  /// Tells the terminal the size of the client's.
  func resize(_ size: WindowSize)
  /// Waits for the end of the command and cleans up after it. Called once, and not for `packets`.
  func outcome() async -> CommandOutcome
  /// The client is gone before the end: whatever it had started is to end, so that `outcome` returns soon.
  func abandon()
}
