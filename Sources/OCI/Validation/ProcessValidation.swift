// The checks of a process.

extension Process {
  /// Checks a process, config.json's or the one given to `exec`.
  /// - Returns: Warnings, a sentence each.
  @discardableResult
  public func validate() throws(SpecError) -> [String] {
    var warnings: [String] = []
    try validate(&warnings)
    return warnings
  }

  func validate(_ warnings: inout [String]) throws(SpecError) {
    guard !cwd.isEmpty else { throw SpecError("process.cwd", "Cwd property must not be empty") }
    guard hasPrefix(cwd, "/") else { throw SpecError("process.cwd", "Cwd must be an absolute path") }
    guard !args.isEmpty else { throw SpecError("process.args", "args must not be empty") }
    try checkEnvironment()
    try checkUser()
    try checkRlimits()
    if let score = oomScoreAdj, !(-1000...1000).contains(score) {
      throw SpecError("process.oomScoreAdj", sentence("expected -1000 to 1000, found %", String(score)))
    }
    if terminal, let consoleSize, max(consoleSize.height, consoleSize.width) > UInt32(UInt16.max) {
      throw SpecError("process.consoleSize", "a terminal has at most 65535 rows and columns")
    }
    try scheduler?.validate()
    if let ioPriority, !(0...7).contains(ioPriority.priority) {
      throw SpecError("process.ioPriority", sentence("invalid ioPriority.Priority: %", String(ioPriority.priority)))
    }
    if let execCPUAffinity {
      try check(execCPUAffinity.initial, "Initial", "process.execCPUAffinity.initial")
      try check(execCPUAffinity.final, "Final", "process.execCPUAffinity.final")
    }
    if let unknown = capabilities?.unknownNames, !unknown.isEmpty {
      var text = "ignoring unknown or unavailable capabilities:"
      for name in unknown { text = sentence("% %", text, quoted(name)) }
      warnings.append(text)
    }
  }

  private func checkEnvironment() throws(SpecError) {
    for (index, entry) in env.enumerated() {
      if hasPrefix(entry, "=") {
        throw SpecError(element("process.env", index), "invalid environment variable: name cannot be empty")
      }
      if !holds(entry, anyOf: "=") {
        throw SpecError(element("process.env", index), "invalid environment variable: missing '='")
      }
    }
  }

  private func checkUser() throws(SpecError) {
    try check(user.uid, "process.user.uid")
    try check(user.gid, "process.user.gid")
    for (index, id) in user.additionalGids.enumerated() {
      try check(id, element("process.user.additionalGids", index))
    }
  }

  /// 2^32 - 1 means "no change" to setresuid(2) and its like: the process would stay root.
  private func check(_ id: UInt32, _ path: String) throws(SpecError) {
    if id == UInt32.max { throw SpecError(path, "4294967295 is no id") }
  }

  private func checkRlimits() throws(SpecError) {
    var seen: UInt32 = 0
    for (index, limit) in rlimits.enumerated() {
      let bit: UInt32 = 1 << UInt32(limit.kind.rawValue)
      if seen & bit != 0 {
        throw SpecError(element("process.rlimits", index), sentence("% is given twice", limit.kind.name))
      }
      seen |= bit
      if limit.soft > limit.hard {
        throw SpecError(element("process.rlimits", index, ".soft"), "is higher than the hard limit")
      }
    }
  }

  private func check(_ list: String, _ name: String, _ path: String) throws(SpecError) {
    do { _ = try NumberList(list) } catch {
      throw SpecError(path, sentence("bad CPUAffinity.%: %", name, error.reason))
    }
  }
}

extension Scheduler {
  /// sched_setattr(2)
  func validate() throws(SpecError) {
    let isNormal = policy == .other || policy == .batch
    if isNormal, !(-20...19).contains(nice) {
      throw SpecError(
        "process.scheduler.nice",
        sentence("invalid scheduler.nice: % when scheduler.policy is %", String(nice), policy.name))
    }
    if priority != 0, policy != .fifo, policy != .roundRobin {
      throw SpecError(
        "process.scheduler.priority", "scheduler.priority can only be specified for SchedFIFO or SchedRR policy")
    }
    if policy != .deadline, runtime != 0 || deadline != 0 || period != 0 {
      throw SpecError(
        "process.scheduler", "scheduler runtime/deadline/period can only be specified for SchedDeadline policy")
    }
  }
}
