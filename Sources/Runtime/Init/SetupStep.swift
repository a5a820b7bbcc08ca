// The steps that turn a new process into a container's, each with a stable number and words for its failure.

import Linux
import OCI

/// One step of the container's own process. The values hold all that the step needs to know, and no decision is left.
/// Indirect, as copying and telling apart values of so many forms is code.
indirect enum SetupStep: Sendable {
  case dieWithParent
  case awaitCgroup
  case joinCgroups
  /// Bit n for processor n; none for all, which is no more than a try.
  case setAffinity([UInt64])
  case unshareCgroupNamespace
  case awaitIdentities
  case becomeRoot
  case joinNamespaces
  case enterContainer(NamespaceKinds)
  case hideFromDebuggers
  case beginSession
  case joinKeyring(KeyringPlan)
  case requestNetDevices
  case bringUpLoopback
  case prepareRootfs(RootfsPlan)
  /// The lines of timens_offsets.
  case offsetClocks(String)
  /// With its place among the mounts, by which the parent is asked for its source.
  case mount(MountPlan, index: Int)
  /// `binding` where nodes cannot be made: in a user namespace the host's are bound.
  case makeDevices([DevicePlan], binding: Bool)
  case makeDeviceLinks([DeviceLink])
  case openConsole(WindowSize?)
  case openDefaultConsole(WindowSize?)
  case reportMounts
  case runHooks(HookPoint)
  case switchRoot(RootSwitch)
  case sendConsole
  case makeWorkingDirectory(String)
  case finishRootfs
  case setHostName(String)
  case setDomainName(String)
  case writeSysctl(SysctlPath, value: String)
  case makeReadOnly([String])
  case mask([String])
  case findHome(UInt32)
  case setOOMScore(Int32)
  case setResourceLimits([Rlimit])
  case requestResourceLimits
  /// `isConfined` to some processors by the cgroup, which rules out the deadline policy.
  case setScheduler(SchedulingAttributes, isConfined: Bool)
  case setIOPriority(IOPriority)
  case setPersonality(PersonalityDomain)
  /// MPOL_* with its flags, and bit n for memory node n.
  case setMemoryPolicy(Int32, nodes: [UInt64])
  case applyLabels(appArmor: String, seLinux: String)
  case loadSeccomp
  case dropBoundingCapabilities(CapabilityPlan)
  case keepCapabilities
  case enterWorkingDirectory(String)
  case setIdentity(IdentityPlan)
  case retryWorkingDirectory(String)
  case applyCapabilities(CapabilityPlan)
  case findExecutable
  case surviveParent
  case prepareWait
  case reportReady
  case awaitStart
  case closeDescriptors
  case setNoNewPrivileges
  case returnCapabilities
  case makeRuleset(Landlock)
  case restrictAccess
  case execute
}
