// What systemd is told about a container's unit.

internal import Linux
internal import OCI

/// What systemd is told about a container's unit, in the form that `apus-systemd` takes: `NAME=TYPE:VALUE`.
struct SystemdProperties {
  private(set) var list: [String] = []

  /// Those of a new unit with this process in it. systemd must not take it for one of its own services, and leaves
  /// what is below to the container.
  init(_ scope: SystemdScope, id: String, pid: String) {
    list = [
      "Description=s:container " + id, "Slice=s:" + scope.slice, "PIDs=au:" + pid, "Delegate=b:true",
      "DefaultDependencies=b:false",
    ]
    for controller in ["Memory", "CPU", "IO", "Tasks"] { list.append(controller + "Accounting=b:true") }
  }

  /// Those that change.
  init() {}

  mutating func append(_ property: String) { list.append(property) }

  /// The limits, out of what is written to the files of the cgroup: the unit and the files agree. What systemd has no
  /// property for is in the files alone.
  mutating func add(_ writes: [CgroupWrite]) throws(RuntimeError) {
    var isIdle = false
    for write in writes where sameBytes(write.file, "cpu.idle") { isIdle = sameBytes(write.value, "1") }
    for write in writes {
      if sameBytes(write.file, "cpu.max") { addQuota(write.value) }
      if sameBytes(write.file, "cpu.weight"), !isIdle { list.append("CPUWeight=t:" + write.value) }
      for (file, name) in SystemdProperties.numbers where sameBytes(write.file, file) {
        list.append(joined([name, "=t:", sameBytes(write.value, "max") ? String(UInt64.max) : write.value]))
      }
      for (file, name) in [("cpuset.cpus", "AllowedCPUs"), ("cpuset.mems", "AllowedMemoryNodes")]
      where sameBytes(write.file, file) {
        list.append(joined([name, "=ay:", try SystemdProperties.mask(write.value, file)]))
      }
    }
    // systemd's way to say idle (252).
    if isIdle { list.append("CPUWeight=t:0") }
  }

  private static let numbers = [
    ("memory.max", "MemoryMax"), ("memory.low", "MemoryLow"), ("memory.high", "MemoryHigh"),
    ("memory.min", "MemoryMin"), ("memory.swap.max", "MemorySwapMax"), ("pids.max", "TasksMax"),
  ]

  /// `QUOTA PERIOD`: systemd has the share of a second, in whole percents; a part of one is rounded up, as by runc.
  private mutating func addQuota(_ value: String) {
    var rest = [UInt8](value.utf8)[...]
    let quota = rest.takeField(UInt8(ascii: " ")) ?? []
    let period = rest.number() ?? 100_000
    list.append(joined(["CPUQuotaPeriodUSec=t:", String(period)]))
    var share = UInt64.max
    if let quota = quota.number(), period > 0 {
      share = quota.multipliedReportingOverflow(by: 1_000_000).partialValue / period
      share = (share + 9999) / 10_000 * 10_000
    }
    list.append(joined(["CPUQuotaPerSecUSec=t:", String(share)]))
  }

  /// A list such as `0-3,7` as bits in hexadecimal, the byte with bit 0 first.
  private static func mask(_ value: String, _ file: String) throws(RuntimeError) -> String {
    guard let numbers = try? NumberList(value) else {
      throw .invalidConfiguration(sentence("linux.resources: % is no list of numbers: '%'", file, value))
    }
    var text = ""
    for word in numbers.mask {
      for index in 0..<8 as Range<UInt64> {
        let byte = word >> (8 * index) & 0xff
        text += joined([byte < 16 ? "0" : "", String(byte, radix: 16)])
      }
    }
    return text
  }
}
