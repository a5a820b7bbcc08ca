// The metrics of a container, with the names that cAdvisor gave them.

internal import CRIProtocol
internal import Pods

/// A container at the moment at which its metrics are asked for.
struct MetricSubject: Sendable {
  let usage: ContainerUsage
  let details: ProcessDetails?
}

/// A value of a metric, with what its labels say beside the common ones.
struct MetricSample: Equatable, Sendable {
  let value: UInt64
  var labels: [String] = []
}

/// A metric of containers: how it is called, and where its values come from.
struct ContainerMetric: Sendable {
  let name: String
  let help: String
  let type: Runtime_V1_MetricType
  /// The names of its labels beside the common ones.
  let labels: [String]
  let samples: @Sendable (MetricSubject) -> [MetricSample]

  /// One value, or none where the kernel tells none.
  static func single(
    _ name: String, _ help: String, _ type: Runtime_V1_MetricType = .gauge,
    _ value: @escaping @Sendable (MetricSubject) -> UInt64?
  ) -> ContainerMetric {
    ContainerMetric(name: name, help: help, type: type, labels: []) { subject in
      value(subject).map { [MetricSample(value: $0)] } ?? []
    }
  }

  /// A value of the container's cgroup.
  static func group(
    _ name: String, _ help: String, _ type: Runtime_V1_MetricType = .gauge,
    _ value: @escaping @Sendable (CgroupUsage) -> UInt64?
  ) -> ContainerMetric {
    single(name, help, type) { $0.usage.group.flatMap(value) }
  }
}

extension ContainerMetric {
  static let all: [ContainerMetric] = processor + memory + files + processes + pressure + specification + others

  private static let second: UInt64 = 1_000_000_000

  private static let processor: [ContainerMetric] = [
    group("container_cpu_user_seconds_total", "Cumulative user CPU time consumed in seconds.", .counter) {
      $0.processor.user.map { $0 / second }
    },
    group("container_cpu_system_seconds_total", "Cumulative system CPU time consumed in seconds.", .counter) {
      $0.processor.system.map { $0 / second }
    },
    ContainerMetric(
      name: "container_cpu_usage_seconds_total", help: "Cumulative CPU time consumed in seconds.", type: .counter,
      labels: ["cpu"]
    ) { subject in
      guard let total = subject.usage.group?.processor.total else { return [] }
      return [MetricSample(value: total / second, labels: ["total"])]
    },
    group("container_cpu_cfs_periods_total", "Number of elapsed enforcement period intervals.", .counter) {
      $0.processor.periods
    },
    group("container_cpu_cfs_throttled_periods_total", "Number of throttled period intervals.", .counter) {
      $0.processor.throttledPeriods
    },
    group("container_cpu_cfs_throttled_seconds_total", "Total time the container has been throttled.", .counter) {
      $0.processor.throttledNanoseconds.map { $0 / second }
    },
  ]

  private static let memory: [ContainerMetric] = [
    group("container_memory_cache", "Number of bytes of page cache memory.") { $0.memory.cache },
    group("container_memory_rss", "Size of RSS in bytes.") { $0.memory.rss },
    group("container_memory_kernel_usage", "Size of kernel memory allocated in bytes.") { $0.memory.kernel },
    group("container_memory_mapped_file", "Size of memory mapped files in bytes.") { $0.memory.mapped },
    group("container_memory_swap", "Container swap usage in bytes.") { $0.swap.usage },
    group("container_memory_failcnt", "Number of memory usage hits limits.", .counter) { $0.memory.limitHits },
    group("container_memory_usage_bytes", "Current memory usage in bytes, whenever it was accessed.") {
      $0.memory.usage
    },
    group("container_memory_max_usage_bytes", "Maximum memory usage recorded in bytes.") { $0.memory.highest },
    group("container_memory_working_set_bytes", "Current working set in bytes.") { $0.memory.workingSet },
    ContainerMetric(
      name: "container_memory_failures_total", help: "Cumulative count of page faults.", type: .counter,
      labels: ["failure_type", "scope"], samples: memoryFailures),
    group("container_oom_events_total", "Count of processes killed for lack of memory.", .counter) {
      $0.memory.outOfMemoryKills
    },
    ContainerMetric(
      name: "container_hugetlb_usage_bytes", help: "Current hugepage usage in bytes.", type: .gauge,
      labels: ["pagesize"]
    ) { subject in
      (subject.usage.group?.hugePages ?? []).map { MetricSample(value: $0.usage, labels: [$0.size]) }
    },
    ContainerMetric(
      name: "container_hugetlb_max_usage_bytes", help: "Maximum hugepage usage recorded in bytes.", type: .gauge,
      labels: ["pagesize"]
    ) { subject in
      (subject.usage.group?.hugePages ?? []).compactMap { pages in
        pages.highest.map { MetricSample(value: $0, labels: [pages.size]) }
      }
    },
  ]

  /// A container is a hierarchy of its own: both scopes are the same.
  @Sendable private static func memoryFailures(_ subject: MetricSubject) -> [MetricSample] {
    let memory = subject.usage.group?.memory
    return [("pgfault", memory?.faults), ("pgmajfault", memory?.majorFaults)].flatMap { name, value in
      value.map { value in ["container", "hierarchy"].map { MetricSample(value: value, labels: [name, $0]) } } ?? []
    }
  }

  private static let files: [ContainerMetric] = [
    single("container_fs_usage_bytes", "Bytes that the container has changed in its root.") {
      $0.usage.writable?.bytes
    },
    single("container_fs_inodes_used", "Inodes that the container has changed in its root.") {
      $0.usage.writable?.inodes
    },
  ]

  private static let processes: [ContainerMetric] = [
    group("container_processes", "Number of processes running inside the container.") { $0.processes },
    group("container_threads", "Number of threads running inside the container.") { $0.threads },
    group("container_threads_max", "Maximum number of threads allowed inside the container, 0 for no limit.") {
      $0.threadLimit ?? 0
    },
    single("container_file_descriptors", "Number of open file descriptors for the container.") {
      $0.details?.descriptors
    },
    single("container_sockets", "Number of open sockets for the container.") { $0.details?.sockets },
    ContainerMetric(
      name: "container_ulimits_soft", help: "Soft ulimit values for the container root process.", type: .gauge,
      labels: ["ulimit"]
    ) { subject in
      subject.details?.descriptorLimit.map { [MetricSample(value: $0, labels: ["max_open_files"])] } ?? []
    },
  ]

  private static let pressure: [ContainerMetric] = [
    stall("cpu_waiting", "Total time that tasks waited for the CPU.") { $0.processor.pressure?.some },
    stall("cpu_stalled", "Total time that no task could go on for lack of CPU.") { $0.processor.pressure?.full },
    stall("memory_waiting", "Total time that tasks waited for memory.") { $0.memory.pressure?.some },
    stall("memory_stalled", "Total time that no task could go on for lack of memory.") { $0.memory.pressure?.full },
    stall("io_waiting", "Total time that tasks waited for input and output.") { $0.ioPressure?.some },
    stall("io_stalled", "Total time that no task could go on for input and output.") { $0.ioPressure?.full },
  ]

  private static func stall(
    _ name: String, _ help: String, _ share: @escaping @Sendable (CgroupUsage) -> PressureStall.Share?
  ) -> ContainerMetric {
    group("container_pressure_\(name)_seconds_total", help, .counter) {
      share($0).map { $0.totalMicroseconds / 1_000_000 }
    }
  }

  /// The limits; 0 for none.
  private static let specification: [ContainerMetric] = [
    single("container_spec_cpu_period", "CPU period of the container.") {
      $0.usage.record.resources.map { UInt64(max(0, $0.cpuPeriod)) }
    },
    single("container_spec_cpu_quota", "CPU quota of the container.") {
      $0.usage.record.resources.map { UInt64(max(0, $0.cpuQuota)) }
    },
    single("container_spec_cpu_shares", "CPU share of the container.") {
      $0.usage.record.resources.map { UInt64(max(0, $0.cpuShares)) }
    },
    group("container_spec_memory_limit_bytes", "Memory limit for the container.") { $0.memory.limit ?? 0 },
    group("container_spec_memory_reservation_limit_bytes", "Memory reservation limit for the container.") {
      $0.memory.softLimit ?? 0
    },
    group("container_spec_memory_swap_limit_bytes", "Memory swap limit for the container.") { $0.swap.limit ?? 0 },
  ]

  private static let others: [ContainerMetric] = [
    group("container_last_seen", "Last time a container was seen by the exporter.") {
      UInt64(max(0, $0.moment)) / second
    },
    single("container_start_time_seconds", "Start time of the container since unix epoch in seconds.") {
      $0.usage.record.started > 0 ? UInt64($0.usage.record.started) / second : nil
    },
  ]
}
