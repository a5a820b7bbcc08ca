// Steps that build the container's root.

import Linux
import OCI

extension InitProcess {
  mutating func mount(_ plan: MountPlan, _ index: Int) throws(SetupFailure) {
    do {
      let tree = try source(of: plan, index)
      try rootfs?.mount(plan, source: tree)
    } catch {
      throw .refused(plan.purpose + ": " + error.message)
    }
  }

  /// The source of a bind mount: made by the parent where only the host's root can map its ids, or can reach it (the
  /// root of a user namespace has no rights over directories of other users).
  private func source(of plan: MountPlan, _ index: Int) throws(SetupFailure) -> MountTree? {
    if !plan.content.isBind { return nil }
    if plan.idMap != nil { return try requestSource(index) }
    do {
      return try plan.cloneSource()
    } catch {
      if error.errno != .accessDenied { throw .call(error) }
    }
    return try requestSource(index)
  }

  func makeDevices(_ plans: [DevicePlan], binding: Bool) throws(SetupFailure) {
    try rootfs?.makeDevices(plans, binding: binding)
  }

  func makeDeviceLinks(_ links: [DeviceLink]) throws(SetupFailure) { try rootfs?.makeDeviceLinks(links) }

  mutating func switchRoot(_ way: RootSwitch) throws(SetupFailure) {
    switch way {
    case .pivot: try rootfs?.pivot()
    case .move: try rootfs?.moveRoot()
    case .changeRootOnly: try rootfs?.changeRoot()
    }
  }

  func finishRootfs() throws(SetupFailure) {
    try rootfs?.finish()
    try rootfs?.replaceNullStreams()
  }

  /// The working directory is made when it is missing, as runc does. The root is the container's already: the path
  /// cannot lead out of it.
  func makeWorkingDirectory(_ path: String) throws(SetupFailure) {
    switch rootfs {
    case .some(let rootfs):
      try calling { () throws(SystemCallError) in
        _ = try RootWalk.open(path, in: rootfs.tree.root, making: .directory)
      }
    case .none: return
    }
  }

  func makeReadOnly(_ paths: [String]) throws(SetupFailure) { try rootfs?.makeReadOnly(paths: paths) }

  mutating func mask(_ paths: [String]) throws(SetupFailure) { try rootfs?.mask(paths: paths) }

  func writeSysctl(_ path: SysctlPath, value: String) throws(SetupFailure) {
    switch rootfs {
    case .some(let rootfs): try calling { () throws(SystemCallError) in try rootfs.procfs.set(path, to: value) }
    case .none: return
    }
  }

  /// For `exec`, which has no root to build. Only where it is needed: every mount costs time at its end too.
  mutating func openProcfs() throws(SetupFailure) {
    if procfs == nil { procfs = try calling { () throws(SystemCallError) in try Procfs(onlyProcesses: true) } }
  }

  /// Lends the private procfs: that of the root, or our own.
  mutating func withProcfs<Result>(
    _ body: (borrowing Descriptor) throws(SetupFailure) -> Result
  ) throws(SetupFailure) -> Result {
    switch rootfs {
    case .some(let rootfs): return try body(rootfs.procfs.root)
    case .none: break
    }
    try openProcfs()
    switch procfs {
    case .some(let procfs): return try body(procfs.root)
    case .none: throw .refused("there is no private procfs")
    }
  }
}
