// Everything that the output of the container is logged to.

import Linux

/// Everything that the output of the container is logged to: a file, the journal, both or nothing.
struct OutputLog: ~Copyable {
  private var file: ContainerLog?
  private var journal: JournalLog?
  private var limits: [RateLimit]
  /// Nothing but the file has a say: the fast way.
  private let isPlain: Bool
  private let isEmpty: Bool
  private let syncs: Bool
  /// The last record of stderr leaves its line unfinished: a report, which is a record of stderr, would stand inside.
  private var isInsideLine = false
  /// A report about stdout waits for the end of that line.
  private var holdsReport = false

  init(_ options: Options, _ messages: Messages) throws(SystemCallError) {
    let log = options.log
    limits = [
      RateLimit(bytesPerSecond: log.rateLimit, log.stdoutPolicy),
      RateLimit(bytesPerSecond: log.rateLimit, log.stderrPolicy),
    ]
    syncs = !options.switches.contains(.noSyncLog)
    isPlain = log.file != nil && !log.usesJournal && !limits.contains { $0.policy == .drop }
    isEmpty = log.file == nil && !log.usesJournal
    file = nil
    journal = nil
    if let path = log.file {
      let rotates = options.switches.contains(.logRotate)
      let folder = LogFolder(
        path: path, succession: rotates ? .keep(log.maxFiles) : .replace, allowedDirectories: log.allowedDirectories)
      file = try ContainerLog(LogFile(folder, messages), sizeMax: log.sizeMax, globalMax: log.globalSizeMax)
    }
    if log.usesJournal { journal = try JournalLog(options, messages) }
  }

  /// Logs what an output brought.
  /// - Parameters:
  ///   - bytes: from 0 on an unfinished line, from `fresh` on what follows it, up to `limit`.
  /// - Returns: the offset of the last, unfinished line, to be offered again with what follows it.
  mutating func append(_ kind: OutputKind, _ bytes: borrowing MappedBytes, fresh: Int, to limit: Int) -> Int {
    if isEmpty { return limit }
    // A line that comes byte by byte is not looked through again each time.
    if fresh > 0 && limit <= ContainerLog.longestContent && bytes.firstIndex(of: 10, from: fresh, to: limit) == nil {
      return 0
    }
    file?.setTime()
    if isPlain { return file?.append(kind, bytes, from: 0, to: limit) ?? limit }
    var at = 0
    while let piece = LineCutter.next(bytes, from: at, to: limit) {
      put(kind, bytes, piece)
      at = piece.next
    }
    file?.flush()
    return at
  }

  /// Logs the last line of an output, which has no newline, as a whole one.
  mutating func appendLast(_ kind: OutputKind, _ bytes: borrowing MappedBytes, from start: Int, to limit: Int) {
    if isEmpty { return }
    file?.setTime()
    if start < limit { put(kind, bytes, LineCutter.Piece(content: start..<limit, isPartial: false, next: limit)) }
    report(kind)
    file?.flush()
  }

  private mutating func put(_ kind: OutputKind, _ bytes: borrowing MappedBytes, _ piece: LineCutter.Piece) {
    if !limits[kind.index].admits(piece) { return }
    report(kind)
    file?.put(kind, bytes, piece.content, isPartial: piece.isPartial)
    journal?.put(kind, bytes, piece.content, isPartial: piece.isPartial)
    if kind == .stderr { isInsideLine = piece.isPartial }
    if holdsReport { report(.stdout) }
  }

  /// Logs how much was dropped before.
  private mutating func report(_ kind: OutputKind) {
    if kind == .stdout { holdsReport = isInsideLine }
    if isInsideLine { return }
    guard let text = limits[kind.index].takeReport(kind) else { return }
    file?.putReport(text)
    journal?.putReport(text)
  }

  // MARK: Limits

  /// Whether time matters for an output.
  func isLimited(_ kind: OutputKind) -> Bool { limits[kind.index].policy != .pass }
  mutating func setTime(_ kind: OutputKind, _ now: Moment) { limits[kind.index].setTime(now) }
  func budget(_ kind: OutputKind) -> Int { limits[kind.index].budget }
  mutating func spend(_ kind: OutputKind, _ count: Int) { limits[kind.index].spend(count) }
  func wait(_ kind: OutputKind, _ now: Moment) -> Int64 { limits[kind.index].wait(now) }

  // MARK: The whole log

  mutating func reopen() { file?.reopen() }

  mutating func finish() {
    file?.finish(sync: syncs)
    journal?.finish()
  }

  /// Logs nothing any more.
  mutating func close() {
    file = nil
    journal = nil
  }

  mutating func giveBackMemory() {
    file?.giveBackMemory()
    journal?.giveBackMemory()
  }
}

extension OutputKind {
  /// A place in lists of two.
  var index: Int { self == .stdout ? 0 : 1 }
}
