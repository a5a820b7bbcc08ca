// CPU time and CPU sets of a container.

internal import Linux
internal import OCI

extension CgroupStatistics {
  func writeCPU(_ json: inout JSONWriter) {
    let usage = isUnified ? text("cpu", "cpu.stat") : text("cpuacct", "cpuacct.stat")
    let throttling = isUnified ? usage : text("cpu", "cpu.stat")
    json.object("usage") { (json) in
      if isUnified {
        json.given("total", CgroupStatistics.value("usage_usec", in: usage) &* 1000)
        json.always("kernel", CgroupStatistics.value("system_usec", in: usage) &* 1000)
        json.always("user", CgroupStatistics.value("user_usec", in: usage) &* 1000)
      } else {
        json.given("total", number("cpuacct", "cpuacct.usage"))
        writeProcessors(&json)
        // In ticks of a hundredth of a second, the kernel's unit towards programs.
        json.always("kernel", CgroupStatistics.value("system", in: usage) &* 10_000_000)
        json.always("user", CgroupStatistics.value("user", in: usage) &* 10_000_000)
      }
    }
    json.object("throttling") { (json) in
      json.given("periods", CgroupStatistics.value("nr_periods", in: throttling))
      json.given("throttledPeriods", CgroupStatistics.value("nr_throttled", in: throttling))
      json.given(
        "throttledTime",
        isUnified
          ? CgroupStatistics.value("throttled_usec", in: throttling) &* 1000
          : CgroupStatistics.value("throttled_time", in: throttling))
    }
    if isUnified { json.pressure(text("cpu", "cpu.pressure")) }
  }

  /// Of each processor: all of its time, and that of the kernel and of programs.
  private func writeProcessors(_ json: inout JSONWriter) {
    let blank = UInt8(ascii: " ")
    var all: [UInt64] = []
    var rest = text("cpuacct", "cpuacct.usage_percpu") ?? []
    while let field = rest.takeField(blank) {
      if let value = field.number() { all.append(value) }
    }
    var (kernel, user): ([UInt64], [UInt64]) = ([], [])
    var lines = text("cpuacct", "cpuacct.usage_all") ?? []
    while var line = lines.takeLine() {
      // `cpu user system`, under a line with these words.
      guard line.takeField(blank)?.number() != nil else { continue }
      user.append(line.takeField(blank)?.number() ?? 0)
      kernel.append(line.takeField(blank)?.number() ?? 0)
    }
    json.given("percpu", all)
    json.given("percpu_kernel", kernel)
    json.given("percpu_user", user)
  }

  /// v2 has none of these files, for which runc shows zeros.
  func writeCPUSet(_ json: inout JSONWriter) {
    let file = { (name: String) in isUnified ? 0 : number("cpuset", "cpuset." + name) ?? 0 }
    if !isUnified { json.given("cpus", members("cpus")) }
    json.always("cpu_exclusive", file("cpu_exclusive"))
    if !isUnified { json.given("mems", members("mems")) }
    for name in [
      "mem_hardwall", "mem_exclusive", "memory_migrate", "memory_spread_page", "memory_spread_slab", "memory_pressure",
      "sched_load_balance",
    ] {
      json.always(name, file(name))
    }
    json.name("sched_relax_domain_level")
    let level = isUnified ? nil : text("cpuset", "cpuset.sched_relax_domain_level")
    json.integer(Int64(level.flatMap { integer(ContainerRuntime.text($0)) } ?? 0))
  }

  /// The numbers of a list such as `0-3,7`.
  private func members(_ name: String) -> [UInt64] {
    var members: [UInt64] = []
    var rest = text("cpuset", "cpuset." + name) ?? []
    while var range = rest.takeField(UInt8(ascii: ",")) {
      guard let first = range.takeField(UInt8(ascii: "-"))?.number(), first < 1 << 16 else { continue }
      let last = min(range.number() ?? first, 1 << 16)
      for number in first...max(first, last) { members.append(number) }
    }
    return members
  }
}
