// The log in the format of the Container Runtime Interface: cutting output into records, many records per write.

import Linux

/// The log in the format of the Container Runtime Interface: `TIME stdout|stderr P|F CONTENT`, a line each. Output is
/// copied once, straight behind the head of its record, while its newline is looked for; a write carries as many
/// records as one read brought. Whole lines far from any limit go by a loop of C, the others one by one. Nothing is
/// allocated here after the start.
struct ContainerLog: ~Copyable {
  /// Bytes of a record's content: a longer line is cut into records marked P, and a last one marked F.
  static let longestContent = 16384
  /// `TIME stdout F `.
  static let headWidth = RecordClock.width + 10
  private static let tagAt = RecordClock.width + 8
  /// Heads are copied by words of eight bytes.
  private static let headWords = (headWidth + 7) / 8
  private static let longestRecord = headWidth + longestContent + 1

  // The block begins with a head for each output and room for one report, then come the records.
  private static let headSpace = 64
  private static let reportAt = 2 * headSpace
  private static let recordsAt = 512

  private var bytes: MappedBytes
  private var end = recordsAt
  private var clock = RecordClock()
  private var file: LogFile
  private let sizeMax: Int64
  private let globalMax: Int64
  private(set) var loss = LogLoss()
  /// Whether the last record of stderr leaves its line unfinished: of all, and of those before the next write. A report
  /// is a record of stderr, too, and would stand inside the line.
  private var isInsideLine = false
  private var beginsInsideLine = false

  /// - Parameter capacity: bytes of records that one write may carry.
  init(_ file: consuming LogFile, sizeMax: Int64, globalMax: Int64, capacity: Int = 1 << 18) throws(SystemCallError) {
    bytes = try MappedBytes(capacity: ContainerLog.recordsAt + max(capacity, 2 * ContainerLog.longestRecord))
    self.file = file
    self.sizeMax = sizeMax > 0 ? sizeMax : .max
    self.globalMax = globalMax > 0 ? globalMax : .max
    bytes.put("stdout F ", at: RecordClock.width + 1)
    bytes.put("stderr F ", at: ContainerLog.headSpace + RecordClock.width + 1)
    for place in [0, ContainerLog.headSpace] { bytes[place + RecordClock.width] = UInt8(ascii: " ") }
  }

  /// Sets the time of the records that follow.
  mutating func setTime(_ now: Moment = .now()) {
    if clock.move(to: now) { writeHeads() }
  }

  private mutating func writeHeads() {
    clock.put(in: &bytes, at: 0)
    clock.put(in: &bytes, at: ContainerLog.headSpace)
  }

  /// Cuts output into records and writes them.
  /// - Returns: the offset of the last, unfinished line, which is to be offered again with what follows it.
  mutating func append(_ kind: OutputKind, _ input: borrowing MappedBytes, from start: Int, to limit: Int) -> Int {
    var at = start
    while at < limit {
      at += appendLines(kind, input, at..<limit)
      if at == limit { break }
      let most = min(limit - at, ContainerLog.longestContent + 1)
      let content = beginRecord(kind)
      let (count, isWhole) = bytes.copyThrough(10, from: input, at: at, count: most, to: content)
      if isWhole {
        commit(content + count)
        leave(kind, isPartial: false)
        at += count
      } else if count > ContainerLog.longestContent {
        finishRecord(content + ContainerLog.longestContent, isPartial: true)
        leave(kind, isPartial: true)
        at += ContainerLog.longestContent
      } else {
        break
      }
    }
    flush()
    return at
  }

  /// Cuts as many whole lines into records as there is room for, up to a record before any limit and within a second of
  /// the clock.
  /// - Returns: the bytes taken.
  private mutating func appendLines(_ kind: OutputKind, _ input: borrowing MappedBytes, _ range: Range<Int>) -> Int {
    let waiting = Int64(end - ContainerLog.recordsAt)
    let toLimit = min(sizeMax - file.size, globalMax - file.total) - waiting
    let room = Int(min(Int64(bytes.capacity - end), max(0, toLimit)))
    if room < ContainerLog.longestRecord { return 0 }
    let head = kind == .stdout ? 0 : ContainerLog.headSpace
    bytes.putDecimal(Int(clock.nanoseconds), digits: 9, at: head + RecordClock.nanosecondsAt)
    let lines = bytes.copyLines(range, of: input, behind: head, to: end..<(end + room), most: clock.ticksLeft)
    clock.skip(lines.count)
    if lines.count > 0 { leave(kind, isPartial: false) }
    end += lines.written
    return lines.taken
  }

  /// Writes one record of a given content into the next write.
  mutating func put(
    _ kind: OutputKind, _ input: borrowing MappedBytes, _ content: Range<Int>, isPartial: Bool = false
  ) {
    let place = beginRecord(kind)
    bytes.copy(from: input, at: content.lowerBound, count: content.count, to: place)
    finishRecord(place + content.count, isPartial: isPartial)
    leave(kind, isPartial: isPartial)
  }

  /// Writes the head of a record behind the last one; the copy of the head may reach into the content's place.
  @inline(__always)
  private mutating func beginRecord(_ kind: OutputKind) -> Int {
    if bytes.capacity - end < ContainerLog.longestRecord { flush() }
    let head = kind == .stdout ? 0 : ContainerLog.headSpace
    bytes.copyWords(ContainerLog.headWords, from: head, to: end)
    bytes.putDecimal(Int(clock.nanoseconds), digits: 9, at: end + RecordClock.nanosecondsAt)
    return end + ContainerLog.headWidth
  }

  /// Notes how a record leaves its line. Called after `commit`, whose own write is of the records before it.
  @inline(__always)
  private mutating func leave(_ kind: OutputKind, isPartial: Bool) {
    if kind == .stderr { isInsideLine = isPartial }
  }

  private mutating func finishRecord(_ newline: Int, isPartial: Bool) {
    if isPartial { bytes[end + ContainerLog.tagAt] = UInt8(ascii: "P") }
    bytes[newline] = 10
    commit(newline + 1)
  }

  /// Counts the record that ends at `recordEnd` in, unless a limit says otherwise.
  @inline(__always)
  private mutating func commit(_ recordEnd: Int) {
    if clock.tick() { writeHeads() }
    let waiting = Int64(end - ContainerLog.recordsAt)
    if file.size + waiting + Int64(recordEnd - end) > sizeMax || file.total + waiting >= globalMax {
      commitAtLimit(recordEnd, waiting)
    } else {
      end = recordEnd
    }
  }

  /// Beyond the limit of all files a record is thrown away; beyond that of one file it is the first of the next.
  private mutating func commitAtLimit(_ recordEnd: Int, _ waiting: Int64) {
    if file.total + waiting >= globalMax { return }
    let (start, count) = (end, recordEnd - end)
    flush()
    if file.size > 0 { file.succeed() }
    bytes.move(from: start, to: ContainerLog.recordsAt, count: count)
    end = ContainerLog.recordsAt + count
  }

  /// Writes what has been put together.
  mutating func flush() {
    let count = end - ContainerLog.recordsAt
    end = ContainerLog.recordsAt
    if count == 0 { return }
    let mayReport = !beginsInsideLine
    beginsInsideLine = isInsideLine
    if !loss.isEmpty && mayReport && !reportLoss() {
      countLoss(from: ContainerLog.recordsAt, to: ContainerLog.recordsAt + count)
      return
    }
    let outcome = file.write(bytes, from: ContainerLog.recordsAt, count: count)
    if let errno = outcome.errno {
      loss.errno = errno
      countLoss(from: ContainerLog.recordsAt + outcome.written, to: ContainerLog.recordsAt + count)
    }
  }

  /// Begins a new file: asked for by the caller, who waits for its name to appear.
  mutating func reopen() {
    flush()
    file.succeed()
  }

  /// Writes what is left, the report of a loss included, and brings it to the disk.
  mutating func finish(sync: Bool) {
    flush()
    if !loss.isEmpty { _ = reportLoss() }
    if sync { file.sync() }
  }

  /// Gives back the memory of the greatest burst but for one page.
  mutating func giveBackMemory() { bytes.giveBack(from: 4096) }
}

// MARK: - What could not be written

extension ContainerLog {
  /// Adds the contents of the records between two offsets to the loss.
  private mutating func countLoss(from start: Int, to limit: Int) {
    var at = start
    while at < limit {
      guard let newline = bytes.firstIndex(of: 10, from: at, to: limit) else { return }
      loss.bytes += Int64(newline - at - ContainerLog.headWidth)
      loss.records += 1
      at = newline + 1
    }
  }

  /// Writes a record about the loss. Returns whether it is in the log now.
  private mutating func reportLoss() -> Bool {
    let newline = putReport(loss.report)
    let outcome = file.write(bytes, from: ContainerLog.reportAt, count: newline + 1 - ContainerLog.reportAt)
    if outcome.errno != nil { return false }
    loss = LogLoss()
    return true
  }

  /// Puts a record of the monitor's own into the place for reports, apart from the records that wait.
  private mutating func putReport(_ text: [UInt8]) -> Int {
    let place = ContainerLog.reportAt
    bytes.copyWords(ContainerLog.headWords, from: ContainerLog.headSpace, to: place)
    bytes.putDecimal(Int(clock.nanoseconds), digits: 9, at: place + RecordClock.nanosecondsAt)
    if clock.tick() { writeHeads() }
    let room = ContainerLog.recordsAt - place - ContainerLog.headWidth - 1
    let newline = bytes.put([UInt8](text.prefix(room)), at: place + ContainerLog.headWidth)
    bytes[newline] = 10
    return newline
  }

  /// Writes a report as a record among the others.
  mutating func putReport(_ text: String) {
    let place = beginRecord(.stderr)
    finishRecord(bytes.put([UInt8](text.utf8), at: place), isPartial: false)
  }
}
