// What a cgroup uses.

/// What a cgroup uses, with all below it. Where the kernel says nothing, a value is nil.
public struct CgroupUsage: Equatable, Sendable {
  public struct Processor: Equatable, Sendable {
    /// Nanoseconds of processor time since the group was made, as the next two.
    public var total: UInt64?
    public var user: UInt64?
    public var system: UInt64?
    public var periods: UInt64?
    public var throttledPeriods: UInt64?
    public var throttledNanoseconds: UInt64?
    public var pressure: PressureStall?
  }

  public struct Memory: Equatable, Sendable {
    /// Bytes, as all but the counts.
    public var usage: UInt64?
    /// Without file pages that were not used lately: what the kernel cannot take back easily, as cAdvisor counts it.
    public var workingSet: UInt64?
    /// Anonymous memory, with the huge pages among it.
    public var rss: UInt64?
    public var cache: UInt64?
    public var mapped: UInt64?
    public var kernel: UInt64?
    public var highest: UInt64?
    /// Nil for none.
    public var limit: UInt64?
    public var softLimit: UInt64?
    public var limitHits: UInt64?
    public var faults: UInt64?
    public var majorFaults: UInt64?
    public var outOfMemoryKills: UInt64?
    public var pressure: PressureStall?

    public var available: UInt64? {
      guard let limit, let workingSet else { return nil }
      return limit > workingSet ? limit - workingSet : 0
    }
  }

  public struct Swap: Equatable, Sendable {
    public var usage: UInt64?
    /// Of swap alone; nil for none.
    public var limit: UInt64?

    public var available: UInt64? {
      guard let limit else { return nil }
      return limit > (usage ?? 0) ? limit - (usage ?? 0) : 0
    }
  }

  public struct HugePages: Equatable, Sendable {
    /// Such as `2MB`.
    public let size: String
    public let usage: UInt64
    public let highest: UInt64?
  }

  /// In nanoseconds since 1970.
  public var moment: Int64
  public var processor = Processor()
  public var memory = Memory()
  public var swap = Swap()
  public var hugePages: [HugePages] = []
  public var processes: UInt64?
  public var threads: UInt64?
  /// Nil for no limit.
  public var threadLimit: UInt64?
  public var ioPressure: PressureStall?

  init(moment: Int64) { self.moment = moment }
}

// MARK: - Version 2

extension CgroupUsage {
  /// - Parameter read: the content of a file of the group by its name; nil when it has none of that name.
  init(unified read: (String) -> String?, hugepageSizes: Set<String>, moment: Int64) {
    self.init(moment: moment)
    let times = StatText.table(read("cpu.stat"))
    func nanoseconds(_ name: Substring) -> UInt64? { times[name].map { $0 * 1000 } }
    processor.total = nanoseconds("usage_usec")
    processor.user = nanoseconds("user_usec")
    processor.system = nanoseconds("system_usec")
    processor.periods = times["nr_periods"]
    processor.throttledPeriods = times["nr_throttled"]
    processor.throttledNanoseconds = nanoseconds("throttled_usec")
    processor.pressure = PressureStall(read("cpu.pressure"))
    readUnifiedMemory(read)
    ioPressure = PressureStall(read("io.pressure"))
    processes = StatText.count(read("cgroup.procs"))
    threads = StatText.number(read("pids.current"))
    threadLimit = StatText.number(read("pids.max"))
    for size in hugepageSizes.sorted() {
      guard let usage = StatText.number(read("hugetlb.\(size).current")) else { continue }
      hugePages.append(HugePages(size: size, usage: usage, highest: nil))
    }
  }

  private mutating func readUnifiedMemory(_ read: (String) -> String?) {
    let details = StatText.table(read("memory.stat"))
    let events = StatText.table(read("memory.events"))
    memory.usage = StatText.number(read("memory.current"))
    memory.workingSet = memory.usage.map { CgroupUsage.difference($0, details["inactive_file"]) }
    memory.rss = details["anon"]
    memory.cache = details["file"]
    memory.mapped = details["file_mapped"]
    // Before 5.18 its parts alone are told.
    memory.kernel =
      details["kernel"]
      ?? details["slab"].map { $0 + (details["kernel_stack"] ?? 0) + (details["pagetables"] ?? 0) }
    memory.highest = StatText.number(read("memory.peak"))
    memory.limit = StatText.number(read("memory.max"))
    memory.softLimit = StatText.number(read("memory.low"))
    memory.limitHits = events["max"]
    memory.outOfMemoryKills = events["oom_kill"]
    memory.faults = details["pgfault"]
    memory.majorFaults = details["pgmajfault"]
    memory.pressure = PressureStall(read("memory.pressure"))
    swap.usage = StatText.number(read("memory.swap.current"))
    swap.limit = StatText.number(read("memory.swap.max"))
  }

  fileprivate static func difference(_ value: UInt64, _ part: UInt64?) -> UInt64 {
    value > (part ?? 0) ? value - (part ?? 0) : 0
  }
}

// MARK: - Version 1

extension CgroupUsage {
  /// What the kernel shows for no limit is a few pages less than the highest number.
  private static let unlimited: UInt64 = 1 << 62

  /// - Parameter read: the content of a file of the group by its controller and name; nil when there is none.
  init(separate read: (String, String) -> String?, hugepageSizes: Set<String>, moment: Int64) {
    self.init(moment: moment)
    processor.total = StatText.number(read("cpuacct", "cpuacct.usage"))
    // In ticks of a hundredth of a second in `cpuacct.stat`, in nanoseconds here.
    processor.user = StatText.number(read("cpuacct", "cpuacct.usage_user"))
    processor.system = StatText.number(read("cpuacct", "cpuacct.usage_sys"))
    let times = StatText.table(read("cpu", "cpu.stat"))
    processor.periods = times["nr_periods"]
    processor.throttledPeriods = times["nr_throttled"]
    processor.throttledNanoseconds = times["throttled_time"]
    readSeparateMemory { read("memory", $0) }
    processes = StatText.count(read("pids", "cgroup.procs"))
    threads = StatText.number(read("pids", "pids.current"))
    threadLimit = StatText.number(read("pids", "pids.max"))
    for size in hugepageSizes.sorted() {
      guard let usage = StatText.number(read("hugetlb", "hugetlb.\(size).usage_in_bytes")) else { continue }
      let highest = StatText.number(read("hugetlb", "hugetlb.\(size).max_usage_in_bytes"))
      hugePages.append(HugePages(size: size, usage: usage, highest: highest))
    }
  }

  private mutating func readSeparateMemory(_ read: (String) -> String?) {
    let details = StatText.table(read("memory.stat"))
    memory.usage = StatText.number(read("memory.usage_in_bytes"))
    memory.workingSet = memory.usage.map { CgroupUsage.difference($0, details["total_inactive_file"]) }
    memory.rss = details["total_rss"]
    memory.cache = details["total_cache"]
    memory.mapped = details["total_mapped_file"]
    memory.kernel = StatText.number(read("memory.kmem.usage_in_bytes"))
    memory.highest = StatText.number(read("memory.max_usage_in_bytes"))
    memory.limit = CgroupUsage.limit(read("memory.limit_in_bytes"))
    memory.softLimit = CgroupUsage.limit(read("memory.soft_limit_in_bytes"))
    memory.limitHits = StatText.number(read("memory.failcnt"))
    memory.outOfMemoryKills = StatText.table(read("memory.oom_control"))["oom_kill"]
    memory.faults = details["total_pgfault"]
    memory.majorFaults = details["total_pgmajfault"]
    swap.usage = details["total_swap"]
    if let both = CgroupUsage.limit(read("memory.memsw.limit_in_bytes")), let limit = memory.limit {
      swap.limit = CgroupUsage.difference(both, limit)
    }
  }

  private static func limit(_ text: String?) -> UInt64? { StatText.number(text).flatMap { $0 < unlimited ? $0 : nil } }
}
