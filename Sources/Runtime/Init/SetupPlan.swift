// Which steps a container's process takes, in which order: every decision, and no action.
//
// The reasons for the order stand in docs/init-order.md and, as a test, in SetupOrderTests.

import Linux
import OCI

/// What the plan of a container's first process is made for, beside its configuration.
struct SetupRequest {
  let id: String
  let rootfs: RootfsLayout
  let options: SetupOptions
}

/// What the command line and the host decide about a plan.
struct SetupOptions: OptionSet {
  let rawValue: UInt8
  static let noNewKeyring = SetupOptions(rawValue: 1)
  /// The child joins v1 hierarchies by itself.
  static let joinsCgroups = SetupOptions(rawValue: 2)
  /// systemd makes the cgroup, and puts the child into it.
  static let awaitsCgroup = SetupOptions(rawValue: 4)
}

/// The steps of a container's first process.
func setupPlan(
  for request: SetupRequest, of spec: Spec, _ process: ProcessPlan
) throws(RuntimeError) -> [SetupStep] {
  var steps = birthSteps(for: request, of: spec)
  steps += rootfsSteps(request.rootfs, of: spec)
  steps += try identitySteps(for: spec)
  steps += process.preparation(requestsLimits: NamespacePlan(spec.linux.namespaces).hasUser)
  steps += [.surviveParent, .prepareWait]
  var waiting: [SetupStep] = [.reportReady, .awaitStart]
  if !spec.hooks.startContainer.isEmpty { waiting.append(.runHooks(.startContainer)) }
  return steps + process.execution(waiting: waiting)
}

/// From the clone to a process that is alone in its namespaces.
private func birthSteps(for request: SetupRequest, of spec: Spec) -> [SetupStep] {
  let namespaces = NamespacePlan(spec.linux.namespaces)
  var steps: [SetupStep] = [.dieWithParent]
  if request.options.contains(.awaitsCgroup) { steps.append(.awaitCgroup) }
  if request.options.contains(.joinsCgroups) { steps.append(.joinCgroups) }
  let isInOtherCgroup = !request.options.isDisjoint(with: [.awaitsCgroup, .joinsCgroups])
  if isInOtherCgroup && namespaces.new.contains(.cgroup) { steps.append(.unshareCgroupNamespace) }
  steps.append(.setAffinity([]))
  if namespaces.new.contains(.user) { steps.append(.awaitIdentities) }
  steps.append(.hideFromDebuggers)
  if !namespaces.joined.isEmpty && !namespaces.needsIntermediate { steps.append(.joinNamespaces) }
  // Still as the host's root, who can reach what the root of a user namespace may not.
  steps.append(.prepareRootfs(request.rootfs.plan))
  let offsets = spec.linux.timeOffsets.entries
  if !offsets.isEmpty {
    var lines: [String] = []
    for entry in offsets {
      let offset = entry.value
      lines += [entry.key, " ", decimal(Int(offset.seconds)), " ", decimal(Int(offset.nanoseconds)), "\n"]
    }
    steps.append(.offsetClocks(joined(lines)))
  }
  if namespaces.hasUser { steps.append(.becomeRoot) }
  steps.append(.beginSession)
  if !request.options.contains(.noNewKeyring) {
    let search: ContainerKeyring.Search = namespaces.hasUser ? .others : .user
    steps.append(.joinKeyring(KeyringPlan(id: request.id, label: spec.process?.selinuxLabel ?? "", search: search)))
  }
  if !spec.linux.netDevices.isEmpty { steps.append(.requestNetDevices) }
  if namespaces.new.contains(.network) { steps.append(.bringUpLoopback) }
  return steps
}

/// From the host's mounts to the container's own root.
private func rootfsSteps(_ rootfs: RootfsLayout, of spec: Spec) -> [SetupStep] {
  let hasUser = spec.linux.namespace(.user) != nil
  var steps: [SetupStep] = []
  for (index, mount) in rootfs.mounts.enumerated() { steps.append(.mount(mount, index: index)) }
  if !rootfs.devices.isEmpty { steps.append(.makeDevices(rootfs.devices, binding: hasUser)) }
  if !rootfs.deviceLinks.isEmpty { steps.append(.makeDeviceLinks(rootfs.deviceLinks)) }
  let hasTerminal = spec.process?.terminal ?? false
  if hasTerminal { steps.append(.openConsole(spec.process?.windowSize)) }
  if spec.hooks.runBeforeStart { steps.append(.reportMounts) }
  if !spec.hooks.createContainer.isEmpty { steps.append(.runHooks(.createContainer)) }
  steps.append(.switchRoot(rootfs.rootSwitch))
  if hasTerminal { steps.append(.sendConsole) }
  if let cwd = spec.process?.cwd, cwd.utf8.count > 1 { steps.append(.makeWorkingDirectory(cwd)) }
  steps.append(.finishRootfs)
  return steps
}

/// The names, parameters and hidden paths of the container.
private func identitySteps(for spec: Spec) throws(RuntimeError) -> [SetupStep] {
  var steps: [SetupStep] = []
  if !spec.hostname.isEmpty { steps.append(.setHostName(spec.hostname)) }
  if !spec.domainname.isEmpty { steps.append(.setDomainName(spec.domainname)) }
  for entry in spec.linux.sysctl.entries {
    try SysctlPath.check(value: entry.value, of: entry.key)
    steps.append(.writeSysctl(try SysctlPath(entry.key), value: entry.value))
  }
  if !spec.linux.readonlyPaths.isEmpty { steps.append(.makeReadOnly(spec.linux.readonlyPaths)) }
  if !spec.linux.maskedPaths.isEmpty { steps.append(.mask(spec.linux.maskedPaths)) }
  return steps
}

extension Hooks {
  fileprivate var runBeforeStart: Bool {
    !(prestart.isEmpty && createRuntime.isEmpty && createContainer.isEmpty && startContainer.isEmpty)
  }
}

extension Process {
  /// The size of the terminal; nil leaves it to whoever relays it.
  var windowSize: WindowSize? {
    guard let size = consoleSize else { return nil }
    return WindowSize(rows: UInt16(clamping: size.height), columns: UInt16(clamping: size.width))
  }
}
