// All that is decided about a container before it has any effect.

import Linux
import OCI

/// All that is decided about a container: its config.json is valid and its plans stand.
final class ContainerPlans {
  let bundle: Bundle
  /// The steps of its process.
  let steps: [SetupStep]
  let cgroup: Cgroup
  /// The unit of systemd that the cgroup belongs to; empty without the systemd driver.
  let unit: String
  /// What is written into the files of the cgroup.
  let limits: [CgroupWrite]
  let unified: UnifiedSettings
  let rootfs: RootfsLayout
  let namespaces: NamespacePlan
  /// Nil without a wish for cache or memory bandwidth.
  let resctrl: ResctrlPlan?
  let options: CreateFlags
  /// How the making of the cgroup deals with what the caller may not do.
  let cgroupCreation: CgroupCreation
  let programPath: String
  /// With what the runtime adds to its environment.
  let process: Process
  let hasNotifySocket: Bool
  /// What was asked for and is ignored.
  let warnings: [String]

  init(_ request: CreateRequest) throws(RuntimeError) {
    options = request.options
    programPath = request.programPath
    let layout = try CgroupLayout.detect()
    bundle = try Bundle(path: request.bundle, options.validation(layout), notifyDirectory: request.notifyDirectory)
    hasNotifySocket = request.notifyDirectory != nil
    if let wanted = bundle.spec.linux.intelRdt {
      resctrl = try ResctrlPlan(wanted, id: request.id, mountPoint: ResctrlPlan.mountPoint())
    } else {
      resctrl = nil
    }
    guard var process = bundle.spec.process else { throw .invalidConfiguration("config.json: process: is missing") }
    process.env += request.environment
    self.process = process
    var cgroupsPath = bundle.spec.linux.cgroupsPath
    cgroupCreation = options.cgroupCreation(hasPath: !cgroupsPath.isEmpty)
    if options.contains(.usesSystemd) {
      let scope = try SystemdScope(cgroupsPath: cgroupsPath, id: request.id)
      if layout.kind != .v2 || options.contains(.isRootless) {
        throw .unsupported("--systemd-cgroup needs version 2 cgroups alone, and root")
      }
      (cgroupsPath, unit) = ("/" + scope.path, scope.unit)
    } else {
      unit = ""
    }
    cgroup = try Cgroup(cgroupsPath: cgroupsPath, id: request.id, layout: layout)
    limits = try limitWrites(
      bundle.spec.linux.resources, kind: cgroup.kind, purpose: .create(devices: bundle.spec.linux.devices))
    unified = cgroup.kind == .v2 ? try UnifiedSettings(for: bundle.spec) : UnifiedSettings()
    namespaces = NamespacePlan(bundle.spec.linux.namespaces)
    rootfs = try RootfsLayout(
      spec: bundle.spec, bundle: bundle.path, noPivot: options.contains(.noPivot), cgroup: cgroup)
    let processPlan = try ProcessPlan(
      process, bundle.spec.linux, bundle.spec.linux.filterNeed, try bundle.spec.checkedLandlock())
    warnings = bundle.warnings + processPlan.warnings
    var setup: SetupOptions = []
    if cgroup.isJoinedByChild || resctrl != nil { setup.insert(.joinsCgroups) }
    if !unit.utf8.isEmpty { setup.insert(.awaitsCgroup) }
    if options.contains(.noNewKeyring) { setup.insert(.noNewKeyring) }
    steps = try setupPlan(
      for: SetupRequest(id: request.id, rootfs: rootfs, options: setup), of: bundle.spec, processPlan)
  }

  /// The record of a container that is about to be made.
  func record(id: String) -> ContainerRecord {
    var record = ContainerRecord()
    record.id = id
    record.bundle = bundle.path
    record.rootfs = rootfs.plan.path
    record.annotations = bundle.spec.annotations
    record.cgroup = cgroup
    record.unit = unit
    if let resctrl { record.resctrl = resctrl.group }
    record.isRootless = options.contains(.isRootless)
    record.hasNoLateHooks = bundle.spec.hooks.poststart.isEmpty && bundle.spec.hooks.poststop.isEmpty
    return record
  }
}

extension CreateFlags {
  /// As with runc, a hierarchy is done without only where config.json names no path in it. Device rules are the host's
  /// root's: only who is not it does without.
  fileprivate func cgroupCreation(hasPath: Bool) -> CgroupCreation {
    guard contains(.ignoresCgroupRefusals) else { return [] }
    var creation: CgroupCreation = hasPath ? [] : .leavesOutRefused
    if contains(.isRootless) || UserNamespace.isNested { creation.insert(.withoutDeviceRules) }
    return creation
  }

  /// What validation has to know of the command line and the host.
  fileprivate func validation(_ layout: CgroupLayout) -> ValidationContext {
    var context: ValidationContext = layout.kind == .v2 ? .cgroupV2 : .cgroupV1
    if contains(.isRootless) { context.insert(.rootless) }
    if contains(.usesSystemd) { context.insert(.systemdCgroup) }
    if contains(.noPivot) { context.insert(.withoutPivotRoot) }
    return context
  }
}
