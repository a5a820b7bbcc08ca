// What the kernel counted in a container's cgroup, as `events` tells it.

internal import Linux
internal import OCI

/// What the kernel counted in a container's cgroup. The names are those of runc, whose callers read them; numbers are
/// bytes, nanoseconds and counts. What the kernel does not tell is 0, and 0 is left out where runc leaves it out.
struct CgroupStatistics {
  let cgroup: Cgroup
  let isUnified: Bool

  init(_ cgroup: Cgroup) {
    self.cgroup = cgroup
    isUnified = cgroup.kind == .v2
  }

  /// - Parameter json: gets an object.
  func write(to json: inout JSONWriter) {
    json.object { (json) in
      json.object("cpu") { (json) in writeCPU(&json) }
      json.object("cpuset") { (json) in writeCPUSet(&json) }
      json.object("memory") { (json) in writeMemory(&json) }
      json.object("pids") { (json) in writePids(&json) }
      json.object("blkio") { (json) in writeBlockIO(&json) }
      json.object("hugetlb") { (json) in writeHugePages(&json) }
      json.object("intel_rdt") { _ in }
      json.name("network_interfaces")
      json.literal("null")
    }
  }

  /// The text of a file of that controller; nil when it cannot be read.
  func text(_ controller: String, _ file: String) -> ArraySlice<UInt8>? {
    guard let opened = try? cgroup.directory(of: controller)?.open() else { return nil }
    return try? opened.cgroupText(file, limit: 1 << 20)
  }

  /// The number in a file; `max` is the largest one. Nil when it cannot be read.
  func number(_ controller: String, _ file: String) -> UInt64? {
    guard let text = text(controller, file) else { return nil }
    return isSame(text, "max") ? .max : text.number()
  }

  /// The number behind a key in lines of both; 0 without it.
  static func value(_ key: String, in text: ArraySlice<UInt8>?) -> UInt64 { text?.number(after: key) ?? 0 }

  private func writePids(_ json: inout JSONWriter) {
    let limit = number("pids", "pids.max") ?? 0
    json.given("current", number("pids", "pids.current") ?? UInt64((try? cgroup.processes().count) ?? 0))
    json.given("limit", limit == .max ? 0 : limit)
  }

  private func writeHugePages(_ json: inout JSONWriter) {
    guard let opened = try? cgroup.directory(of: "hugetlb")?.open(),
      let entries = try? opened.open(".", [.readOnly, .directory], resolve: .beneath).entries()
    else { return }
    let suffix = isUnified ? ".rsvd.current" : ".rsvd.usage_in_bytes"
    var sizes: [String] = []
    for entry in entries {
      let name = [UInt8](entry.name.utf8)[...]
      if begins(name, with: "hugetlb."), name.count > suffix.utf8.count + 8,
        isSame(name.suffix(suffix.utf8.count), suffix)
      {
        sizes.append(ContainerRuntime.text(name.dropFirst(8).dropLast(suffix.utf8.count)))
      }
    }
    for size in sorted(sizes) {
      let file = joined(["hugetlb.", size])
      json.object(size) { (json) in
        json.given("usage", number("hugetlb", file + suffix))
        if !isUnified { json.given("max", number("hugetlb", file + ".rsvd.max_usage_in_bytes")) }
        json.always(
          "failcnt",
          isUnified
            ? CgroupStatistics.value("max", in: text("hugetlb", file + ".events"))
            : number("hugetlb", file + ".rsvd.failcnt") ?? 0)
      }
    }
  }
}

extension JSONWriter {
  mutating func object(_ name: String, _ body: (inout JSONWriter) -> Void) {
    self.name(name)
    object(body)
  }

  mutating func object(_ body: (inout JSONWriter) -> Void) {
    beginObject()
    body(&self)
    endObject()
  }

  mutating func always(_ name: String, _ value: UInt64) {
    self.name(name)
    integer(value)
  }

  /// Leaves out what is absent or 0.
  mutating func given(_ name: String, _ value: UInt64?) {
    if let value, value != 0 { always(name, value) }
  }

  /// Leaves out an empty list.
  mutating func given(_ name: String, _ values: [UInt64]) {
    if values.isEmpty { return }
    self.name(name)
    beginList()
    for value in values { integer(value) }
    endList()
  }

  /// Pressure as the kernel tells it (accounting/psi.rst); nothing where it does not.
  mutating func pressure(_ text: ArraySlice<UInt8>?) {
    guard var lines = text, !lines.isEmpty else { return }
    object("psi") { (json) in
      while var line = lines.takeLine() {
        guard let kind = line.takeField(UInt8(ascii: " ")) else { continue }
        json.object(ContainerRuntime.text(kind)) { (json) in
          while var field = line.takeField(UInt8(ascii: " ")) {
            guard let name = field.takeField(UInt8(ascii: "=")) else { continue }
            json.name(ContainerRuntime.text(name))
            json.literal(ContainerRuntime.text(field))
          }
        }
      }
    }
  }
}
