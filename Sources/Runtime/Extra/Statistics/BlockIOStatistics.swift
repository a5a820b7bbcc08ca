// Block I/O of a container.

internal import Linux
internal import OCI

/// One count of a device, as v1 has them: `8:0 Read 124`.
private struct BlockIOEntry {
  let major: UInt64
  let minor: UInt64
  let operation: String
  let value: UInt64
}

extension CgroupStatistics {
  func writeBlockIO(_ json: inout JSONWriter) {
    if isUnified {
      writeUnifiedBlockIO(&json)
      json.pressure(text("io", "io.pressure"))
      return
    }
    // The files of the scheduler that is in use; where there is none, those of the throttle, which always count.
    for files in BlockIOFiles.groups {
      var found: [(name: String, entries: [BlockIOEntry])] = []
      for (name, file) in files {
        let entries = self.entries("blkio." + file)
        if entries.isEmpty { break }
        found.append((name, entries))
      }
      for (name, entries) in found { json.given(name, entries) }
      // As runc: a group whose first file says something is the one.
      if !found.isEmpty { return }
    }
  }

  private func entries(_ file: String) -> [BlockIOEntry] {
    var entries: [BlockIOEntry] = []
    var lines = text("blkio", file) ?? []
    while let line = lines.takeLine() {
      let fields = pieces(line) { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: ":") }
      // The line `Total 228` at the end is not of a device.
      guard fields.count > 2, let major = fields[0].number(), let minor = fields[1].number(),
        let value = fields[fields.count - 1].number()
      else { continue }
      let operation = fields.count > 3 ? ContainerRuntime.text(fields[2]) : ""
      entries.append(BlockIOEntry(major: major, minor: minor, operation: operation, value: value))
    }
    return entries
  }

  /// `8:0 rbytes=1 wbytes=2 rios=3 wios=4 …` a line.
  private func writeUnifiedBlockIO(_ json: inout JSONWriter) {
    var (bytes, operations): ([BlockIOEntry], [BlockIOEntry]) = ([], [])
    var lines = text("io", "io.stat") ?? []
    while let line = lines.takeLine() {
      let fields = pieces(line) { [UInt8](" :=".utf8).contains($0) }
      guard fields.count > 3, let major = fields[0].number(), let minor = fields[1].number() else { continue }
      for index in stride(from: 2, to: fields.count - 1, by: 2) {
        guard let value = fields[index + 1].number() else { continue }
        let isRead = fields[index].first == UInt8(ascii: "r")
        let entry = BlockIOEntry(major: major, minor: minor, operation: isRead ? "Read" : "Write", value: value)
        if isSame(fields[index], "rbytes") || isSame(fields[index], "wbytes") { bytes.append(entry) }
        if isSame(fields[index], "rios") || isSame(fields[index], "wios") { operations.append(entry) }
      }
    }
    json.given("ioServiceBytesRecursive", bytes)
    json.given("ioServicedRecursive", operations)
  }
}

private enum BlockIOFiles {
  private static let bytes = "ioServiceBytesRecursive"
  private static let count = "ioServicedRecursive"

  /// Names in the JSON and of the files behind `blkio.`, in the order in which runc looks.
  static let groups: [[(String, String)]] = [
    scheduler("bfq."), [(count, "bfq.io_serviced_recursive"), (bytes, "bfq.io_service_bytes_recursive")], scheduler(""),
    [(count, "throttle.io_serviced_recursive"), (bytes, "throttle.io_service_bytes_recursive")],
    [(count, "throttle.io_serviced"), (bytes, "throttle.io_service_bytes")],
  ]

  private static func scheduler(_ prefix: String) -> [(String, String)] {
    [
      ("sectorsRecursive", prefix + "sectors_recursive"),
      ("ioServiceTimeRecursive", prefix + "io_service_time_recursive"),
      ("ioWaitTimeRecursive", prefix + "io_wait_time_recursive"), ("ioMergedRecursive", prefix + "io_merged_recursive"),
      ("ioQueueRecursive", prefix + "io_queued_recursive"), ("ioTimeRecursive", prefix + "time_recursive"),
      (count, prefix + "io_serviced_recursive"), (bytes, prefix + "io_service_bytes_recursive"),
    ]
  }
}

extension JSONWriter {
  /// Leaves out an empty list, and zeros in entries.
  fileprivate mutating func given(_ name: String, _ entries: [BlockIOEntry]) {
    if entries.isEmpty { return }
    self.name(name)
    beginList()
    for entry in entries {
      object { (json) in
        json.given("major", entry.major)
        json.given("minor", entry.minor)
        if !entry.operation.utf8.isEmpty {
          json.name("op")
          json.string(entry.operation)
        }
        json.given("value", entry.value)
      }
    }
    endList()
  }
}
