// All that is decided about what a container finds below its root.

import Linux
import OCI

/// How the container's root becomes the root of its process.
enum RootSwitch: Equatable, Sendable {
  case pivot
  /// The root is moved over the old one (`--no-pivot`, for an initial ramdisk, which pivot_root cannot leave).
  case move
  /// There is no mount namespace of the container's own.
  case changeRootOnly
}

/// All that is decided about what a container finds below its root.
struct RootfsLayout {
  let plan: RootfsPlan
  let mounts: [MountPlan]
  let devices: [DevicePlan]
  let deviceLinks: [DeviceLink]
  let rootSwitch: RootSwitch

  init(spec: Spec, bundle: String, noPivot: Bool, cgroup: Cgroup) throws(RuntimeError) {
    let isAbsolute = spec.root.path.utf8.first == UInt8(ascii: "/")
    let path = isAbsolute ? spec.root.path : bundle + "/" + spec.root.path
    let hasMountNamespace = spec.linux.namespace(.mount) != nil
    plan = RootfsPlan(
      path: path, propagation: spec.linux.rootfsPropagation, hasMountNamespace: hasMountNamespace,
      isReadOnly: spec.root.readonly, mountLabel: spec.linux.mountLabel)
    let context = MountContext(
      bundle: bundle, rootfs: path, mountLabel: spec.linux.mountLabel, cgroups: CgroupView(cgroup))
    var mounts: [MountPlan] = []
    for mount in spec.mounts { mounts.append(try MountPlan(mount, in: context)) }
    self.mounts = mounts
    let ownsDevices = DevicePlan.areNeeded(mounts)
    devices = ownsDevices ? try DevicePlan.nodes(spec.linux.devices) : []
    deviceLinks = ownsDevices ? DeviceLink.defaults : []
    rootSwitch = !hasMountNamespace ? .changeRootOnly : noPivot ? .move : .pivot
  }
}
