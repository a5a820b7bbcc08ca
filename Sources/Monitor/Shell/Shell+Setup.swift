// Everything that has to be there before the runtime starts, and starting it.

import Linux

extension Shell {
  /// Makes the streams, the sockets and the fifos, and starts the runtime.
  /// - Parameters:
  ///   - start: read once more by the runtime's process, when a client is to be attached first; or closed.
  ///   - attachPipe: told that the attach socket is there; or closed.
  mutating func begin(start: borrowing Descriptor, attachPipe: consuming Descriptor) throws(SystemCallError) {
    if let host = options.notifySocket { try beginNotify(host) }
    var streams = try makeStreams()
    if options.servesClients { try serveClients() }
    var answer = SyncPipe(attachPipe, key: options.answerKey)
    answer.answer(0)
    if options.switches.contains(.execAttach) {
      try startRuntime(streams, start)
    } else {
      try startRuntime(streams, Descriptor.absent)
    }
    streams = RuntimeProcess.Streams()
    if options.log.isPassthrough { try Shell.silence() }
  }

  private mutating func beginNotify(_ host: String) throws(SystemCallError) {
    let bundle = try Descriptor.workingDirectory.open(options.bundle ?? ".", [.path, .directory])
    try notify.open(host: host, in: bundle, &epoll, token: Source.notify.rawValue)
  }

  private mutating func startRuntime(
    _ streams: borrowing RuntimeProcess.Streams, _ start: borrowing Descriptor
  ) throws(SystemCallError) {
    let preparation = RuntimeProcess.Preparation(
      arguments: RuntimeCommand.arguments(options, consoleSocket: console.path),
      replacesListenPID: options.switches.contains(.replaceListenPID), oomScore: oomScore)
    try runtime.start(preparation, streams, start: start)
    try epoll.add(runtime.pidfd, [.readable, .edge], token: Source.runtime.rawValue)
  }

  // MARK: Streams

  /// Makes the ends of the container's streams. Pipes, because a container may open /dev/stdout anew, which sockets do
  /// not permit; and open to everybody, because it may do so as any user.
  private mutating func makeStreams() throws(SystemCallError) -> RuntimeProcess.Streams {
    var streams = RuntimeProcess.Streams()
    if options.log.isPassthrough { return streams }
    streams.input = try Descriptor.workingDirectory.open("/dev/null", .readOnly)
    if options.hasTerminal {
      try console.open(&epoll, token: Source.console.rawValue)
      streams.output = try Descriptor.workingDirectory.open("/dev/null", .writeOnly)
    } else {
      if options.switches.contains(.stdin) { streams.input = try inputPipe() }
      streams.output = try Shell.outputPipe(&stdout)
    }
    // With a terminal, too: the runtime's own complaints come this way.
    streams.errors = try Shell.outputPipe(&stderr)
    try stderr.watch(&epoll, token: Source.stderr.rawValue)
    return streams
  }

  private mutating func inputPipe() throws(SystemCallError) -> Descriptor {
    var pipe = try DescriptorPair.pipe()
    let end = pipe.first.take()
    try end.changeMode(0o777)
    try input.open(pipe.second.take(), &epoll, token: Source.input.rawValue)
    return end
  }

  private static func outputPipe(_ stream: inout OutputStream) throws(SystemCallError) -> Descriptor {
    var pipe = try DescriptorPair.pipe()
    let end = pipe.second.take()
    try end.changeMode(0o777)
    try stream.open(pipe.first.take(), isTerminal: false)
    return end
  }

  /// Puts /dev/null in place of the standard streams: a caller may wait for the end of its own.
  static func silence() throws(SystemCallError) {
    let null = try Descriptor.workingDirectory.open("/dev/null", .readWrite)
    for number: Int32 in 0...2 { try placeDescriptor(null, at: number) }
  }

  // MARK: Clients

  private mutating func serveClients() throws(SystemCallError) {
    let folder = try SocketFolder(options)
    link = folder.link
    try attach.open(in: folder.directory, &epoll, token: Source.attach.rawValue)
    let bundle = try Descriptor.workingDirectory.open(options.bundle ?? "", [.path, .directory])
    try control.open("ctl", in: bundle)
    try control.watch(&epoll, token: Source.control.rawValue)
    // Read once there is a terminal.
    try windowSize.open("winsz", in: bundle)
  }
}
