// Which steps a process takes into a running container.

import Linux
import OCI

/// What the plan of `exec` is made for.
struct ExecSetup {
  let id: String
  let process: Process
  /// The namespaces to enter; never PID, in which the process is born.
  let namespaces: NamespaceKinds
  let joinsCgroups: Bool
}

/// The steps of a process that enters a running container.
func execPlan(for setup: ExecSetup, _ process: ProcessPlan) -> [SetupStep] {
  var steps: [SetupStep] = [.dieWithParent]
  // The cgroup files are the host's: out of reach once inside.
  if setup.joinsCgroups { steps.append(.joinCgroups) }
  if let mask = setup.process.execCPUAffinity.finalMask { steps.append(.setAffinity(mask)) }
  steps += [.hideFromDebuggers, .enterContainer(setup.namespaces)]
  let hasUser = setup.namespaces.contains(.user)
  if hasUser { steps.append(.becomeRoot) }
  steps.append(.beginSession)
  steps.append(.joinKeyring(KeyringPlan(id: setup.id, label: setup.process.selinuxLabel, search: nil)))
  if setup.process.terminal { steps += [.openDefaultConsole(setup.process.windowSize), .sendConsole] }
  steps += process.preparation(requestsLimits: hasUser)
  steps.append(.surviveParent)
  return steps + process.execution()
}
