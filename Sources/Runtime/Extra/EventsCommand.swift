// The command `events`.

internal import Linux
internal import OCI

extension ExtraProgram {
  static func performEvents(_ options: EventOptions, _ context: CommandContext) throws(RuntimeError) {
    let store = try context.existingStore(options.id)
    let state = try store.stateDirectory(of: options.id)
    let record = try state.readRecord()
    let interval = try options.milliseconds()
    guard try state.status(of: record) != .stopped, let process = record.identity.openPidfd() else {
      throw .wrongStatus(joined(["container with id ", options.id, " is not running"]))
    }
    let stream = EventStream(id: options.id, cgroup: record.cgroup)
    if options.isOnce { return try stream.showStatistics() }
    guard let directory = record.cgroup.directory(of: "memory") else {
      throw .unsupported("memory controller missing")
    }
    var watch = OutOfMemoryWatch(record.cgroup, directory)
    try watch.begin()
    try stream.follow(process, watch, interval: interval)
  }
}

/// Shows a line of JSON for each event.
private struct EventStream {
  let id: String
  let cgroup: Cgroup

  /// Shows what happens until the container's first process has ended.
  func follow(
    _ process: borrowing Descriptor, _ watch: consuming OutOfMemoryWatch, interval: Int64
  ) throws(RuntimeError) {
    var watch = watch
    var next = interval
    let start = Moment.monotonic()
    while true {
      let now = Moment.monotonic().milliseconds(since: start)
      if now >= next {
        // As a clock ticks: what took longer than the interval is left out, not made up for.
        next = (now / interval + 1) * interval
        try showStatistics()
      }
      var entries = [PollEntry(process.number, .readable), watch.entry]
      try doing("waiting for events") { () throws(SystemCallError) in
        let left = max(1, next - Moment.monotonic().milliseconds(since: start))
        try poll(&entries, timeoutMilliseconds: Int32(clamping: left))
      }
      // Also at the end: the kernel counts before it kills.
      if watch.hasRunOut() { try show("oom") { _ in } }
      if entries[0].returned.contains(.readable) { return }
    }
  }

  func showStatistics() throws(RuntimeError) {
    let statistics = CgroupStatistics(cgroup)
    try show("stats") { (json) in
      json.name("data")
      statistics.write(to: &json)
    }
  }

  private func show(_ type: String, _ data: (inout JSONWriter) -> Void) throws(RuntimeError) {
    var json = JSONWriter()
    json.beginObject()
    json.name("type")
    json.string(type)
    json.name("id")
    json.string(id)
    data(&json)
    json.endObject()
    try ApusProgram.show(json.bytes + [UInt8(ascii: "\n")])
  }
}
