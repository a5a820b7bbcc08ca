// Processors, scheduling, I/O priority, personality and memory policy of a process.

import Linux
import OCI

extension ProcessPlan {
  /// While the process is still root and no filter forbids the calls.
  static func scheduling(_ process: Process, _ linux: LinuxSettings) -> [SetupStep] {
    var steps: [SetupStep] = []
    if let scheduler = process.scheduler {
      steps.append(
        .setScheduler(SchedulingAttributes(scheduler), isConfined: !linux.resources.cpu.cpus.isEmpty))
    }
    if let priority = process.ioPriority { steps.append(.setIOPriority(priority)) }
    if let personality = linux.personality { steps.append(.setPersonality(personality.domain)) }
    if let policy = linux.memoryPolicy, var mode = policy.mode.map({ Int32($0.rawValue) }) {
      for flag in policy.flags { mode |= flag.bit }
      steps.append(.setMemoryPolicy(mode, nodes: mask(policy.nodes)))
    }
    return steps
  }
}

extension CPUAffinity? {
  /// For the time before the cgroup is entered; empty leaves the processors alone.
  var initialMask: [UInt64] { mask(self?.initial ?? "") }

  /// For the time after it: what is asked for. Without any wish empty, for all processors: those of the runtime's
  /// caller are not the container's. Nil leaves the initial ones.
  var finalMask: [UInt64]? {
    let final = mask(self?.final ?? "")
    return final.isEmpty && !initialMask.isEmpty ? nil : final
  }
}

/// The mask of a list that is valid.
private func mask(_ list: String) -> [UInt64] { (try? NumberList(list))?.mask ?? [] }

extension SchedulingAttributes {
  init(_ scheduler: Scheduler) {
    self.init()
    policy = UInt32(scheduler.policy.rawValue)
    for flag in scheduler.flags { flags |= flag.bit }
    (nice, priority) = (scheduler.nice, UInt32(truncatingIfNeeded: scheduler.priority))
    (runtime, deadline, period) = (scheduler.runtime, scheduler.deadline, scheduler.period)
  }
}

extension InitProcess {
  func setAffinity(_ mask: [UInt64]) throws(SetupFailure) {
    do throws(SystemCallError) {
      try Linux.setAffinity(mask.isEmpty ? everyProcessor : mask)
    } catch {
      if !mask.isEmpty { throw .call(error) }
      try warn("the process may inherit the processors of the runtime: " + error.message)
    }
  }

  func setScheduler(_ attributes: SchedulingAttributes, isConfined: Bool) throws(SetupFailure) {
    do throws(SystemCallError) {
      try attributes.apply()
    } catch {
      // The deadline policy wants all processors of its domain (sched_setattr(2), EPERM).
      if error.errno == .notPermitted && isConfined {
        throw .refused("process scheduler can't be used together with AllowedCPUs")
      }
      throw .call(error)
    }
  }

  func setIOPriority(_ priority: IOPriority) throws(SetupFailure) {
    try calling { () throws(SystemCallError) in
      try Linux.setIOPriority(class: priority.priorityClass.number, level: priority.priority)
    }
  }

  func setPersonality(_ domain: PersonalityDomain) throws(SetupFailure) {
    try calling { () throws(SystemCallError) in try Linux.setPersonality(UInt64(domain.number)) }
  }

  func setMemoryPolicy(_ mode: Int32, _ nodes: [UInt64]) throws(SetupFailure) {
    try calling { () throws(SystemCallError) in try Linux.setMemoryPolicy(mode, nodes: nodes) }
  }
}
