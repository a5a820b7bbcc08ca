// Which steps a process takes into a running container.

import Linux
import OCI

/// What the plan of `exec` is made for.
struct ExecSetup {
  let id: String
  let process: Process
  /// The namespaces that are others than ours.
  let namespaces: NamespaceKinds
  /// Those in which the process is born: PID, and for a user, who may enter no other before, the user namespace.
  var birthplace: NamespaceKinds = .pid
  let joinsCgroups: Bool
}

/// The steps of a process that enters a running container.
func execPlan(for setup: ExecSetup, _ process: ProcessPlan) -> [SetupStep] {
  var steps: [SetupStep] = [.dieWithParent]
  // The cgroup files are the host's: out of reach once inside.
  if setup.joinsCgroups { steps.append(.joinCgroups) }
  if let mask = setup.process.execCPUAffinity.finalMask { steps.append(.setAffinity(mask)) }
  steps += [.hideFromDebuggers, .enterContainer(setup.namespaces.subtracting(setup.birthplace))]
  let hasUser = setup.namespaces.contains(.user)
  if hasUser { steps.append(.becomeRoot) }
  steps.append(.beginSession)
  steps.append(.joinKeyring(KeyringPlan(id: setup.id, label: setup.process.selinuxLabel, search: nil)))
  if setup.process.terminal { steps += [.openDefaultConsole(setup.process.windowSize), .sendConsole] }
  steps += process.preparation(requestsLimits: hasUser)
  steps.append(.surviveParent)
  return steps + process.execution()
}
