// Memory of a container.

internal import Linux
internal import OCI

extension CgroupStatistics {
  func writeMemory(_ json: inout JSONWriter) {
    let raw = text("memory", "memory.stat")
    json.given("cache", CgroupStatistics.value(isUnified ? "file" : "cache", in: raw))
    if isUnified {
      writeUnifiedUsage(&json)
    } else {
      for (name, part) in [("usage", ""), ("swap", "memsw."), ("kernel", "kmem."), ("kernelTCP", "kmem.tcp.")] {
        let file = { (suffix: String) in number("memory", joined(["memory.", part, suffix])) }
        json.entry(
          name, limit: file("limit_in_bytes"), usage: file("usage_in_bytes"), max: file("max_usage_in_bytes"),
          failures: file("failcnt"))
      }
    }
    writeRaw(raw ?? [], &json)
    if isUnified { json.pressure(text("memory", "memory.pressure")) }
  }

  /// v2 counts swap alone, where callers know the sum with memory from v1.
  private func writeUnifiedUsage(_ json: inout JSONWriter) {
    let (usage, limit) = (number("memory", "memory.current") ?? 0, number("memory", "memory.max") ?? 0)
    json.entry("usage", limit: limit, usage: usage, max: number("memory", "memory.peak"), failures: 0)
    let swapLimit = number("memory", "memory.swap.max") ?? 0
    json.entry(
      "swap", limit: swapLimit == .max ? .max : swapLimit &+ limit,
      usage: (number("memory", "memory.swap.current") ?? 0) &+ usage, max: 0, failures: 0)
    json.entry("kernel", limit: 0, usage: 0, max: 0, failures: 0)
    json.entry("kernelTCP", limit: 0, usage: 0, max: 0, failures: 0)
  }

  /// All that the kernel tells, sorted by name as Go sorts.
  private func writeRaw(_ text: ArraySlice<UInt8>, _ json: inout JSONWriter) {
    var lines = text
    var (names, values): ([String], [UInt64]) = ([], [])
    while var line = lines.takeLine() {
      guard let name = line.takeField(UInt8(ascii: " ")), let value = line.number() else { continue }
      names.append(ContainerRuntime.text(name))
      values.append(value)
    }
    if names.isEmpty { return }
    var order = [Int](names.indices)
    sort(&order) { names[$0] }
    json.object("raw") { (json) in
      for index in order { json.always(names[index], values[index]) }
    }
  }
}

extension JSONWriter {
  fileprivate mutating func entry(
    _ name: String, limit: UInt64?, usage: UInt64?, max: UInt64?, failures: UInt64?
  ) {
    object(name) { (json) in
      json.always("limit", limit ?? 0)
      json.given("usage", usage)
      json.given("max", max)
      json.always("failcnt", failures ?? 0)
    }
  }
}
