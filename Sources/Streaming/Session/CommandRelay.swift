// A client's streams and those of a command.

internal import Foundation
internal import Linux
internal import NIOCore

/// Connects a client's streams with those of a command, from the first stream to the status of the end.
final class CommandRelay: ClientSession, Endpoint.Listener {
  /// How long a client may take to open its streams.
  static let streamPatience = TimeAmount.seconds(30)
  /// How long pipes may stay silent once the command has ended: what it left in the background may hold them for ever.
  static let drain = TimeAmount.milliseconds(500)

  private let request: CommandRequest
  private let format: StatusFormat
  private let expected: Set<String>
  private let work: OpenWork
  private weak var wire: (any ClientWire)?
  private var loop: (any EventLoop)?
  private var streams: [String: ClientStream] = [:]
  private var command: (any CommandSession)?
  /// Where input goes.
  private var input: Endpoint?
  /// Where output comes from, and under which name; nil for packets, which say so themselves.
  private var outputs: [(endpoint: Endpoint, kind: String?)] = []
  private var isInputEnded = false
  private var outcome: CommandOutcome?
  private var isOver = false
  private var timer: Scheduled<Void>?
  private var lastOutput = NIODeadline.now()
  private var sizes = ResizeReader()
  /// For a command that is not there yet: clients tell the size first of all.
  private var lastSize: WindowSize?

  /// - Parameter takesSizes: whether this version of the protocol has a stream for the size of the terminal.
  init(_ request: CommandRequest, _ format: StatusFormat, takesSizes: Bool, _ work: OpenWork) {
    self.request = request
    self.work = work
    self.format = format
    var expected: Set = ["error"]
    if request.streams.contains(.stdin) { expected.insert("stdin") }
    if request.streams.contains(.stdout) { expected.insert("stdout") }
    if request.streams.contains(.stderr) { expected.insert("stderr") }
    if request.streams.contains(.terminal) && takesSizes { expected.insert("resize") }
    self.expected = expected
  }

  // MARK: - The client

  func begin(on wire: any ClientWire, _ loop: any EventLoop) {
    self.wire = wire
    self.loop = loop
    schedule(CommandRelay.streamPatience) { relay in
      relay.conclude(.failed("the client opened no streams for what it asked"))
    }
  }

  func accept(_ stream: ClientStream) -> Bool {
    let kind = stream.kind
    guard !isOver, expected.contains(kind), streams[kind] == nil else { return false }
    streams[kind] = stream
    if streams.count == expected.count { start() }
    return true
  }

  func receive(_ bytes: ByteBuffer, on stream: ClientStream) {
    switch stream.kind {
    case "stdin": input?.write(bytes)
    case "resize":
      for size in sizes.read(bytes) {
        lastSize = size
        command?.resize(size)
      }
    default: return
    }
  }

  func end(of stream: ClientStream) {
    guard stream.kind == "stdin" else { return }
    isInputEnded = true
    input?.finish()
  }

  func reset(_ stream: ClientStream) {
    switch stream.kind {
    case "stdin": end(of: stream)
    case "stdout", "stderr":
      // As for any program whose reader has gone.
      for output in outputs where output.kind == stream.kind && output.endpoint !== input { output.endpoint.close() }
    default: return
    }
  }

  func writabilityChanged(_ isWritable: Bool) {
    lastOutput = .now()
    for output in outputs { output.endpoint.setReading(isWritable) }
  }

  func connectionClosed() {
    if !isOver { command?.abandon() }
    end()
  }

  // MARK: - The command

  private func start() {
    guard let loop else { return }
    timer?.cancel()
    // Input that comes before the command is there waits in its endpoint.
    if expected.contains("stdin") { input = Endpoint(self, ending: inputEnding) }
    let open = request.open
    work.run(on: loop) { try await open() }.whenComplete { result in
      switch result {
      case .success(let command): self.opened(command, loop)
      case .failure(let error): self.conclude(.failed(self.sentence(of: error)))
      }
    }
  }

  private func sentence(of error: any Error) -> String {
    "error \(request.doing): \((error as? StreamingError)?.message ?? "\(error)")"
  }

  private var inputEnding: Endpoint.Ending {
    switch request.ends {
    case .pipes: .close
    case .terminal: .never
    case .packets: .halfClose
    }
  }

  private func opened(_ command: any CommandSession, _ loop: any EventLoop) {
    let ends = command.takeEnds()
    let isPackets = connect(ends, loop)
    if isOver { command.abandon() } else { self.command = command }
    if let lastSize { command.resize(lastSize) }
    if isPackets { return }
    work.run(on: loop) { await command.outcome() }.whenSuccess { outcome in
      self.outcome = outcome
      self.lastOutput = .now()
      self.checkEnd()
    }
  }

  /// - Returns: whether the ends are packets.
  private func connect(_ ends: consuming CommandEnds, _ loop: any EventLoop) -> Bool {
    // When the client is gone they are closed right here.
    if isOver { return false }
    switch consume ends {
    case .pipes(let input, let output, let errors):
      if input.isOpen { self.input?.connect(output: input, loop) }
      if output.isOpen { addOutput("stdout").connect(input: output, loop) }
      if errors.isOpen { addOutput("stderr").connect(input: errors, loop) }
      return false
    case .terminal(let master):
      let endpoint = self.input ?? Endpoint(self, ending: .never)
      outputs.append((endpoint, "stdout"))
      do throws(SystemCallError) {
        let copy = try master.duplicate()
        endpoint.connect(input: copy, output: master, loop)
      } catch { endpoint.close() }
      return false
    case .packets(let socket):
      let endpoint = self.input ?? Endpoint(self, ending: .halfClose)
      outputs.append((endpoint, nil))
      endpoint.connect(socket: socket, loop)
      return true
    }
  }

  private func addOutput(_ kind: String) -> Endpoint {
    let endpoint = Endpoint(self, ending: .close)
    endpoint.setReading(wire?.isWritable ?? false)
    outputs.append((endpoint, kind))
    return endpoint
  }

  func received(_ bytes: ByteBuffer, from endpoint: Endpoint) {
    lastOutput = .now()
    guard let output = outputs.first(where: { $0.endpoint === endpoint }) else { return }
    if let kind = output.kind { return send(bytes, kind) }
    var bytes = bytes
    let number: UInt8? = bytes.readInteger()
    send(bytes, number == 3 ? "stderr" : "stdout")
  }

  private func send(_ bytes: ByteBuffer, _ kind: String) {
    guard let stream = streams[kind] else { return }
    wire?.send(bytes, on: stream)
  }

  func ended(_ endpoint: Endpoint) {
    guard let output = outputs.first(where: { $0.endpoint === endpoint }) else { return }
    // Packets end with the container.
    if output.kind == nil && outcome == nil { outcome = .exited(0) }
    checkEnd()
  }

  func congestionChanged(_ endpoint: Endpoint) { wire?.setReading(!endpoint.isCongested) }

  // MARK: - The end

  /// The command is over when it has ended and everything that it wrote is on its way.
  private func checkEnd() {
    guard let outcome, !isOver else { return }
    let open = outputs.filter { !$0.endpoint.hasEnded }
    if open.isEmpty { return conclude(outcome) }
    // A client that does not read holds up the output: that is no silence.
    let isSilent = open.allSatisfy { $0.endpoint.isListening } && NIODeadline.now() - lastOutput >= CommandRelay.drain
    if isSilent { return conclude(outcome) }
    schedule(CommandRelay.drain) { $0.checkEnd() }
  }

  private func schedule(_ delay: TimeAmount, _ body: @escaping (CommandRelay) -> Void) {
    timer?.cancel()
    timer = loop?.assumeIsolated().scheduleTask(in: delay) { [weak self] in
      if let self { body(self) }
    }
  }

  private func conclude(_ outcome: CommandOutcome) {
    if isOver { return }
    for kind in ["stdout", "stderr"] {
      if let stream = streams[kind] { wire?.finish(stream) }
    }
    if let stream = streams["error"] {
      wire?.send(ByteBuffer(bytes: format.status(outcome)), on: stream)
      wire?.finish(stream)
    }
    if let stream = streams["stdin"] { wire?.finish(stream) }
    if let stream = streams["resize"] { wire?.finish(stream) }
    end()
    wire?.close()
  }

  private func end() {
    if isOver { return }
    isOver = true
    timer?.cancel()
    input?.close()
    for output in outputs { output.endpoint.close() }
    outputs = []
    input = nil
    command = nil
  }
}
