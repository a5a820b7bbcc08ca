// The log in the journal: one datagram per record.

import Linux

/// The log in the journal: one datagram per record, over a connected socket. A journal that does not read is waited for
/// a tenth of a second, once; after that its records are counted as lost until it reads again. One that is not there is
/// looked for once a second, as long as there is something to say.
struct JournalLog: ~Copyable {
  static let socketPath = "/run/systemd/journal/socket"

  private let path: String
  private let messages: Messages
  private let marksParts: Bool
  private var socket = Descriptor.absent
  private var bytes: MappedBytes
  /// The end of the constant fields, behind which each entry is put together.
  private let constantEnd: Int
  private var isBehind = false
  private var loss = LogLoss()
  private var hasTold = false
  /// When it was looked for last.
  private var lastLook = Moment.monotonic()
  /// Whether the last record of each output left its line unfinished.
  private var isInside = [false, false]

  init(_ options: Options, _ messages: Messages, path: String = socketPath) throws(SystemCallError) {
    let fields = JournalFields.constant(options)
    self.path = path
    self.messages = messages
    marksParts = !options.switches.contains(.noContainerPartialMessage)
    bytes = try MappedBytes(capacity: fields.count + ContainerLog.longestContent + 1024)
    constantEnd = bytes.put(fields, at: 0)
    connect()
  }

  private mutating func connect() {
    lastLook = Moment.monotonic()
    do {
      let new = try Descriptor.socket(.datagram)
      // As large as the host permits; entries wait there while the journal is busy.
      try? new.enlargeSendBuffer(bytes: 8 << 20)
      try new.connect(path)
      socket = new
      if hasTold { messages.info("the journal can be reached again") }
      hasTold = false
    } catch {
      socket = .absent
      if !hasTold { messages.warn("the journal cannot be reached: " + error.message) }
      hasTold = true
    }
  }

  /// Looks for a journal that was not there.
  private mutating func connectAgain() {
    if socket.isOpen { return }
    isBehind = true
    if Moment.monotonic().milliseconds(since: lastLook) >= 1000 { connect() }
  }

  /// Sends one record.
  mutating func put(
    _ kind: OutputKind, _ input: borrowing MappedBytes, _ content: Range<Int>, isPartial: Bool
  ) {
    let index = kind == .stdout ? 0 : 1
    var start = content.lowerBound
    var priority: UInt8 = kind == .stdout ? UInt8(ascii: "6") : UInt8(ascii: "3")
    if !isInside[index] && content.count >= 3,
      let asked = JournalFields.priority(input[start], input[start + 1], input[start + 2])
    {
      priority = asked
      start += 3
    }
    // A report would stand inside the line.
    let mayReport = !isInside[OutputKind.stderr.index]
    isInside[index] = isPartial
    let place = beginEntry(priority, isPartial: isPartial)
    bytes.copy(from: input, at: start, count: content.upperBound - start, to: place)
    sendEntry(to: place + content.upperBound - start, content: content.count, mayReport: mayReport)
  }

  /// Writes the fields before the content and returns the content's place.
  private mutating func beginEntry(_ priority: UInt8, isPartial: Bool) -> Int {
    var place = bytes.put("PRIORITY=0\n", at: constantEnd)
    bytes[place - 2] = priority
    if isPartial && marksParts { place = bytes.put("CONTAINER_PARTIAL_MESSAGE=true\n", at: place) }
    return bytes.put("MESSAGE=", at: place)
  }

  private mutating func sendEntry(to place: Int, content: Int, mayReport: Bool) {
    bytes[place] = 10
    connectAgain()
    if !loss.isEmpty && mayReport {
      // The entry is still in the block, so the report goes by an array of its own; this is no hot path.
      if !sendReport() {
        loss.bytes += Int64(content)
        loss.records += 1
        return
      }
    }
    if let errno = send(place + 1) {
      loss.errno = errno
      loss.bytes += Int64(content)
      loss.records += 1
    }
  }

  /// Sends what stands in the block. Returns why it cannot be had.
  private mutating func send(_ count: Int) -> Errno? {
    for attempt in 0..<3 {
      if !socket.isOpen { return .connectionRefused }
      switch bytes.send(to: socket, from: 0, count: count) {
      case .moved:
        isBehind = false
        return nil
      case .wouldBlock:
        if isBehind || attempt == 2 || !waitUntilWritable() {
          isBehind = true
          return .tryAgain
        }
      case .ended: return .inputOutput
      case .failed(let errno):
        isBehind = true
        if errno.rawValue == 90 /* EMSGSIZE */ { return errno }
        socket = .absent
        if attempt > 0 { return errno }
        connect()
      }
    }
    return .tryAgain
  }

  private func waitUntilWritable() -> Bool {
    var entries = [PollEntry(socket.number, .writable)]
    return ((try? poll(&entries, timeoutMilliseconds: 100)) ?? 0) > 0
  }

  private mutating func sendReport() -> Bool {
    var entry = bytes.bytes(0..<constantEnd) + [UInt8]("PRIORITY=4\nMESSAGE=".utf8)
    entry += loss.report + [10]
    if !socket.isOpen { return false }
    do {
      try socket.send(entry)
    } catch {
      if error.errno != .tryAgain { socket = .absent }
      return false
    }
    loss = LogLoss()
    return true
  }

  /// Sends a report of the monitor's own; never inside a line of stderr.
  mutating func putReport(_ text: String) {
    let place = beginEntry(UInt8(ascii: "4"), isPartial: false)
    let end = bytes.put([UInt8](text.utf8.prefix(512)), at: place)
    sendEntry(to: end, content: 0, mayReport: true)
  }

  mutating func finish() {
    if loss.isEmpty { return }
    if !socket.isOpen { connect() }
    _ = sendReport()
  }

  mutating func giveBackMemory() { bytes.giveBack(from: (constantEnd + 4095) / 4096 * 4096) }
}
