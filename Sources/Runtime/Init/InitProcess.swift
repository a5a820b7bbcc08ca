// The container's own process, from the clone to execve.
//
// Whose namespaces: until `joinNamespaces` (or `enterContainer`) those that clone3 did not make new are the runtime's;
// from then on all are the container's. The root is the host's until `switchRoot`.

import Linux
import OCI

/// The container's own process, from the clone to execve: performs its plan step by step.
/// It has one thread and never returns into the parent's code.
struct InitProcess: ~Copyable {
  var resources: ChildResources
  /// Whether failures go to the parent: until `ready` is said.
  var hasParent = true
  /// Our process id as the host sees it; known after the hooks.
  var hostPid: Int32 = 0
  var rootfs: Rootfs?
  var procfs: Procfs?
  var console: Console?
  var home = "/"
  var program: PreparedProgram?
  var mustRetryWorkingDirectory = false
  /// What ends the wait for `start`.
  var signals: Descriptor?
  /// What the user's program may reach; nil without Landlock.
  var ruleset: Descriptor?
  /// The sets of the user's program, while capabilities are lent.
  var finalCapabilities: ThreadCapabilities?

  init(resources: consuming ChildResources) { self.resources = resources }

  /// We are the child: every step of the plan in order; the first failure is reported and ends the process.
  consuming func run(_ plan: [SetupStep]) -> Never {
    for step in plan {
      do {
        try perform(step)
      } catch {
        report(SetupReport(step: step, failure: error))
        if case .execute = step { showInContainer(error) }
        exitNow(1)
      }
    }
    exitNow(1)
  }

  private mutating func perform(_ step: SetupStep) throws(SetupFailure) {
    switch step {
    case .dieWithParent: try dieWithParent()
    case .awaitCgroup: try awaitMessage(.cgroupReady)
    case .joinCgroups: try joinCgroups()
    case .setAffinity(let mask): try setAffinity(mask)
    case .unshareCgroupNamespace: try calling { () throws(SystemCallError) in try unshare(.cgroup) }
    case .awaitIdentities: try awaitMessage(.identitiesMapped)
    case .becomeRoot: try becomeRoot()
    case .joinNamespaces: try joinNamespaces()
    case .enterContainer(let kinds): try enterContainer(kinds)
    case .hideFromDebuggers: try calling { () throws(SystemCallError) in try ProcessControl.setDumpable(false) }
    case .beginSession: try calling { () throws(SystemCallError) in try beginSession() }
    case .joinKeyring(let plan): try joinKeyring(plan)
    case .requestNetDevices: try requestNetDevices()
    case .bringUpLoopback: try calling { () throws(SystemCallError) in try bringUpLoopback() }
    case .prepareRootfs(let plan): rootfs = try Rootfs.prepare(plan)
    case .offsetClocks(let offsets): try offsetClocks(offsets)
    case .mount(let plan, let index): try mount(plan, index)
    case .makeDevices(let plans, let binding): try makeDevices(plans, binding: binding)
    case .makeDeviceLinks(let links): try makeDeviceLinks(links)
    case .openConsole(let size): try openConsole(size)
    case .openDefaultConsole(let size): try openDefaultConsole(size)
    case .reportMounts: try reportMounts()
    case .runHooks(let point): try runHooks(point)
    case .switchRoot(let way): try switchRoot(way)
    case .sendConsole: try sendConsole()
    case .makeWorkingDirectory(let path): try makeWorkingDirectory(path)
    case .finishRootfs: try finishRootfs()
    case .setHostName(let name): try calling { () throws(SystemCallError) in try setHostName(name) }
    case .setDomainName(let name): try calling { () throws(SystemCallError) in try setDomainName(name) }
    case .writeSysctl(let path, let value): try writeSysctl(path, value: value)
    case .makeReadOnly(let paths): try makeReadOnly(paths)
    case .mask(let paths): try mask(paths)
    case .findHome(let uid): try findHome(of: uid)
    case .setOOMScore(let score): try setOOMScore(score)
    case .setResourceLimits(let limits): try setResourceLimits(limits)
    case .requestResourceLimits: try requestResourceLimits()
    case .setScheduler(let attributes, let isConfined): try setScheduler(attributes, isConfined: isConfined)
    case .setIOPriority(let priority): try setIOPriority(priority)
    case .setPersonality(let domain): try setPersonality(domain)
    case .setMemoryPolicy(let mode, let nodes): try setMemoryPolicy(mode, nodes)
    case .applyLabels(let appArmor, let seLinux): try applyLabels(appArmor: appArmor, seLinux: seLinux)
    case .loadSeccomp: try loadSeccomp()
    case .dropBoundingCapabilities(let plan): try plan.dropBounding()
    case .keepCapabilities: try CapabilityPlan.keepOverUserChange()
    case .enterWorkingDirectory(let path): try enterWorkingDirectory(path)
    case .setIdentity(let plan): try setIdentity(plan)
    case .retryWorkingDirectory(let path): try retryWorkingDirectory(path)
    case .applyCapabilities(let plan): try applyCapabilities(plan)
    case .findExecutable: try findExecutable()
    case .surviveParent: try calling { () throws(SystemCallError) in try ProcessControl.setParentDeathSignal(0) }
    case .prepareWait: try prepareWait()
    case .reportReady: try reportReady()
    case .awaitStart: try awaitStart()
    case .closeDescriptors: try closeDescriptors()
    case .setNoNewPrivileges: try calling { () throws(SystemCallError) in try ProcessControl.setNoNewPrivileges() }
    case .returnCapabilities: try returnCapabilities()
    case .makeRuleset(let landlock): try makeRuleset(landlock)
    case .restrictAccess: try restrictAccess()
    case .execute: throw execute()
    }
  }
}
