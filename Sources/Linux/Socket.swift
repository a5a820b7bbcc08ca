// Unix sockets, pipes, and descriptors sent over them.

internal import CShims

public enum SocketKind: Int32, Sendable {
  case stream = 1
  case datagram = 2
  case sequentialPackets = 5
}

/// Two connected ends; for a pipe, `first` reads and `second` writes.
@frozen
public struct DescriptorPair: ~Copyable {
  public var first: Descriptor
  public var second: Descriptor

  @inline(never)
  public static func sockets(_ kind: SocketKind) throws(SystemCallError) -> DescriptorPair {
    var pair: [Int32] = [-1, -1]
    // The array holds the two numbers that the call writes, here and below.
    try systemCall("socketpair", unsafe apus_socketpair(kind.rawValue, &pair))
    return DescriptorPair(first: Descriptor(owning: pair[0]), second: Descriptor(owning: pair[1]))
  }

  @inline(never)
  public static func pipe(_ flags: OpenFlags = []) throws(SystemCallError) -> DescriptorPair {
    var pair: [Int32] = [-1, -1]
    let all = Int32(flags.union(.closeOnExec).rawValue)
    try systemCall("pipe2", unsafe apus_pipe2(&pair, all))
    return DescriptorPair(first: Descriptor(owning: pair[0]), second: Descriptor(owning: pair[1]))
  }
}

/// A message with the descriptors that came along.
public struct ReceivedMessage: ~Copyable {
  public let bytes: [UInt8]
  private var numbers: [Int32]

  init(bytes: [UInt8], numbers: [Int32]) {
    self.bytes = bytes
    self.numbers = numbers
  }

  /// The next descriptor that came along, in the order of sending.
  public mutating func takeDescriptor() -> Descriptor? {
    numbers.isEmpty ? nil : Descriptor(owning: numbers.removeFirst())
  }

  deinit {
    for number in numbers { _ = apus_close(number) }
  }
}

extension Descriptor {
  /// Connects to a socket file; longer paths than 107 bytes go through `/proc/self/fd` of the directory (unix(7)).
  @inline(never)
  public static func connect(to path: String, _ kind: SocketKind = .stream) throws(SystemCallError) -> Descriptor {
    let raw = try systemCall("socket", path, apus_socket_unix(kind.rawValue))
    let socket = Descriptor(owning: Int32(raw))
    let number = socket.number
    if path.utf8.count < 108 {
      // The bridged C string lives for the call.
      try systemCall("connect", path, unsafe apus_connect_unix(number, path))
      return socket
    }
    let (directoryPath, name) = splitPath(path)
    let directory = try workingDirectory.open(directoryPath, [.path, .directory])
    let short = numbered("/proc/self/fd/", directory.number, "/" + name)
    try systemCall("connect", path, unsafe apus_connect_unix(number, short))
    return socket
  }

  /// Sends one message, and copies of descriptors with it. SIGPIPE is never raised.
  @inline(never)
  public borrowing func send(_ bytes: [UInt8], descriptors: [Int32] = []) throws(SystemCallError) {
    let socket = number
    // Both arrays' storages are valid for their counts during the call.
    let sent = try systemCall("sendmsg", unsafe apus_send(socket, bytes, bytes.count, descriptors, descriptors.count))
    if Int(sent) != bytes.count { throw SystemCallError(call: "sendmsg", errno: .inputOutput) }
  }

  /// Sends a range of bytes over a stream, however many calls it takes. SIGPIPE is never raised.
  @inline(never)
  public borrowing func sendAll(_ bytes: [UInt8], _ range: Range<Int>) throws(SystemCallError) {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count, "the range lies within the bytes")
    let socket = number
    var done = range.lowerBound
    while done < range.upperBound {
      let left = range.upperBound - done
      // The array's storage is valid for `left` bytes from `done` on during the call, and no descriptors are read.
      let result = unsafe bytes.withUnsafeBytes { unsafe apus_send(socket, $0.baseAddress! + done, left, [], 0) }
      done += Int(try systemCall("sendmsg", result))
    }
  }

  /// Receives one message of at most `limit` bytes; no bytes mean that the other end is closed.
  @inline(never)
  public borrowing func receive(limit: Int) throws(SystemCallError) -> ReceivedMessage {
    let socket = number
    var bytes = room(limit)
    var numbers = [Int32](repeating: -1, count: 16)
    var count = 0
    // The arrays hold `limit` bytes and 16 numbers during the call.
    let size = try systemCall("recvmsg", unsafe apus_receive(socket, &bytes, limit, &numbers, &count))
    return ReceivedMessage(bytes: Array(bytes[0..<Int(size)]), numbers: Array(numbers[0..<count]))
  }
}
