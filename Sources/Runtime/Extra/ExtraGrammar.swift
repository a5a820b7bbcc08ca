// The flags of the commands of `apus-extra`.

extension CommandGrammar {
  /// The grammar of a command of `apus-extra`.
  init(extra name: CommandName) {
    switch name {
    case .events: self.init(name, eventFlags)
    case .update: self.init(name, limitFlags)
    case .validate: self.init(name, validateFlags)
    default: self.init(name, [])
    }
  }
}

private let eventFlags = [
  Flag(.interval, nil, .text, "time between two statistics, such as 500ms or 1m30s", default: "5s"),
  Flag(.stats, nil, .toggle, "show the statistics once and end"),
]

private let validateFlags = [
  Flag(.bundle, "b", .text, "directory of the bundle (default: the working directory)"),
  Flag(.host, nil, .toggle, "also look at what this host can do"),
  Flag(.format, "f", .text, "select one of: text or json", default: "\"text\""),
  Flag(.level, nil, .text, "what counts as a fault: must, or should for recommendations too", default: "\"must\""),
]

private let limitFlags = [
  Flag(.resources, "r", .text, "file with the limits as JSON, '-' for standard input; no other flag counts then"),
  Flag(.blkioWeight, nil, .number, "block I/O weight, 10 to 1000", default: "0"),
  Flag(.cpuPeriod, nil, .text, "period of the CPU limit in microseconds"),
  Flag(.cpuQuota, nil, .text, "CPU time in each period in microseconds"),
  Flag(.cpuBurst, nil, .text, "CPU time that may be saved up in microseconds"),
  Flag(.cpuShare, nil, .text, "CPU shares, a weight"),
  Flag(.cpuRealtimePeriod, nil, .text, "period of the real-time limit in microseconds"),
  Flag(.cpuRealtimeRuntime, nil, .text, "real-time CPU time in each period in microseconds"),
  Flag(.cpusetCPUs, nil, .text, "CPUs to use"),
  Flag(.cpusetMems, nil, .text, "memory nodes to use"),
  Flag(.cpuIdle, nil, .text, "1: run only when nobody else wants to"),
  Flag(.kernelMemory, nil, .text, ""),
  Flag(.kernelMemoryTCP, nil, .text, ""),
  Flag(.memory, nil, .text, "memory limit in bytes"),
  Flag(.memoryReservation, nil, .text, "soft memory limit in bytes"),
  Flag(.memorySwap, nil, .text, "limit of memory and swap together in bytes, '-1' for none"),
  Flag(.pidsLimit, nil, .number, "highest number of processes", default: "0"),
  Flag(.cacheSchema, nil, .text, "Intel RDT/CAT L3 cache schema"),
  Flag(.bandwidthSchema, nil, .text, "Intel RDT/MBA memory bandwidth schema"),
]
