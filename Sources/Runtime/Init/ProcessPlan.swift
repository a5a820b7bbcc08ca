// The steps that `create` and `exec` have in common: from root of the container to the user's program.

import Linux
import OCI

/// The part of a plan that turns root of the container into the user's program.
final class ProcessPlan {
  /// What was asked for and is ignored.
  let warnings: [String]
  private let process: Process
  private let scheduling: [SetupStep]
  private let filter: FilterNeed
  private let landlock: Landlock?
  /// As in config.json, and CAP_SYS_ADMIN up to the load of a filter, or of Landlock's rules, that takes it.
  private let capabilities: CapabilityPlan
  private let identity: IdentityPlan

  /// Checks what of the process can be checked without starting it.
  /// - Parameters:
  ///   - linux: of the container's config.json, but for the filter.
  ///   - filter: what is to be done about that.
  ///   - landlock: nil leaves the process free to reach what it can.
  init(
    _ process: Process, _ linux: LinuxSettings, _ filter: FilterNeed, _ landlock: Landlock?
  ) throws(RuntimeError) {
    self.process = process
    self.filter = filter
    self.landlock = landlock
    scheduling = ProcessPlan.scheduling(process, linux)
    var (plan, ignored) = CapabilityPlan.resolve(
      process.capabilities, supported: CapabilityPlan.supportedByKernel())
    if filter != .nothing || landlock != nil, !process.noNewPrivileges { plan.lent = CapabilityPlan.administration }
    capabilities = plan
    warnings = ignored.isEmpty ? [] : [CapabilityPlan.warning(ignored: ignored)]
    identity = try IdentityPlan(process.user)
    try SecurityLabel.check(appArmor: process.apparmorProfile, seLinux: process.selinuxLabel)
  }

  /// Up to a process that needs nothing but its last calls.
  /// - Parameter requestsLimits: the process is in a user namespace, where it can neither raise its limits by itself
  ///   nor open its own files in /proc while it hides from debuggers.
  func preparation(requestsLimits: Bool) -> [SetupStep] {
    var steps: [SetupStep] = [.findHome(process.user.uid)]
    if let landlock { steps.append(.makeRuleset(landlock)) }
    if requestsLimits {
      if !process.rlimits.isEmpty || process.oomScoreAdj != nil { steps.append(.requestResourceLimits) }
    } else {
      if let score = process.oomScoreAdj { steps.append(.setOOMScore(score)) }
      if !process.rlimits.isEmpty { steps.append(.setResourceLimits(process.rlimits)) }
    }
    steps += scheduling
    let (appArmor, seLinux) = (process.apparmorProfile, process.selinuxLabel)
    if !appArmor.isEmpty || !seLinux.isEmpty { steps.append(.applyLabels(appArmor: appArmor, seLinux: seLinux)) }
    steps += [.dropBoundingCapabilities(capabilities), .keepCapabilities]
    if !process.cwd.isEmpty { steps.append(.enterWorkingDirectory(process.cwd)) }
    steps.append(.setIdentity(identity))
    if !process.cwd.isEmpty { steps.append(.retryWorkingDirectory(process.cwd)) }
    steps += [.applyCapabilities(capabilities), .findExecutable]
    if process.noNewPrivileges { steps.append(.setNoNewPrivileges) }
    return steps
  }

  /// From a prepared process to its program. What comes after the filter is a call that every profile has to allow.
  /// - Parameter waiting: what tells that the process is ready, and waits for `start`; nothing for `exec`.
  func execution(waiting: [SetupStep] = []) -> [SetupStep] {
    var last: [SetupStep] = []
    // Before the filter, which could forbid it.
    if landlock != nil { last.append(.restrictAccess) }
    if filter != .nothing { last.append(.loadSeccomp) }
    if capabilities.lent != 0 { last.append(.returnCapabilities) }
    // The agent gets the listener from the parent, which is only there until the process is ready.
    if filter == .loadWithAgent { return [.closeDescriptors] + last + waiting + [.execute] }
    return waiting + [.closeDescriptors] + last + [.execute]
  }
}
