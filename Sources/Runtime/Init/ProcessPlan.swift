// The steps that `create` and `exec` have in common: from root of the container to the user's program.

import Linux
import OCI

/// The part of a plan that turns root of the container into the user's program.
struct ProcessPlan {
  /// What was asked for and is ignored.
  let warnings: [String]
  private let process: Process
  private let hasSeccomp: Bool
  private let capabilities: CapabilityPlan
  private let identity: IdentityPlan

  /// Checks what of the process can be checked without starting it.
  init(_ process: Process, hasSeccomp: Bool) throws(RuntimeError) {
    self.process = process
    self.hasSeccomp = hasSeccomp
    let (plan, ignored) = CapabilityPlan.resolve(
      process.capabilities, supported: CapabilityPlan.supportedByKernel())
    capabilities = plan
    warnings = ignored.isEmpty ? [] : [CapabilityPlan.warning(ignored: ignored)]
    identity = try IdentityPlan(process.user)
    try SecurityLabel.check(appArmor: process.apparmorProfile, seLinux: process.selinuxLabel)
  }

  /// Up to a process that needs nothing but its last calls.
  /// - Parameter requestsLimits: the process is in a user namespace, where it cannot raise its limits by itself.
  func preparation(requestsLimits: Bool) -> [SetupStep] {
    var steps: [SetupStep] = [.findHome(process.user.uid)]
    if let score = process.oomScoreAdj { steps.append(.setOOMScore(score)) }
    if !process.rlimits.isEmpty {
      steps.append(requestsLimits ? .requestResourceLimits : .setResourceLimits(process.rlimits))
    }
    let (appArmor, seLinux) = (process.apparmorProfile, process.selinuxLabel)
    if !appArmor.isEmpty || !seLinux.isEmpty { steps.append(.applyLabels(appArmor: appArmor, seLinux: seLinux)) }
    // Without no_new_privs loading needs CAP_SYS_ADMIN, which is about to go.
    if hasSeccomp && !process.noNewPrivileges { steps.append(.loadSeccomp) }
    steps += [.dropBoundingCapabilities(capabilities), .keepCapabilities]
    if !process.cwd.isEmpty { steps.append(.enterWorkingDirectory(process.cwd)) }
    steps.append(.setIdentity(identity))
    if !process.cwd.isEmpty { steps.append(.retryWorkingDirectory(process.cwd)) }
    return steps + [.applyCapabilities(capabilities), .findExecutable]
  }

  /// The last calls before execve.
  var execution: [SetupStep] {
    var steps: [SetupStep] = [.closeDescriptors]
    if process.noNewPrivileges {
      steps.append(.setNoNewPrivileges)
      if hasSeccomp { steps.append(.loadSeccomp) }
    }
    return steps + [.execute]
  }
}
