// Mounts for a container that lives, with their sources.

internal import Linux
internal import OCI

/// Mounts for a container that lives. The sources of bind mounts are opened where the host's paths are in reach.
struct LiveMounts: ~Copyable {
  let plans: [MountPlan]
  private let sources: DescriptorList
  /// For each plan its place in `sources`; -1 without a source.
  private let places: [Int]

  private init(_ plans: [MountPlan], _ sources: consuming DescriptorList, _ places: [Int]) {
    self.plans = plans
    self.sources = sources
    self.places = places
  }

  /// - Throws: `invalidConfiguration` for what cannot be mounted in a container that lives.
  static func open(_ mounts: [Mount], _ record: ContainerRecord, _ spec: Spec) throws(RuntimeError) -> LiveMounts {
    let context = MountContext(bundle: record.bundle, rootfs: record.rootfs, mountLabel: spec.linux.mountLabel)
    var plans: [MountPlan] = []
    for mount in mounts { plans.append(try MountPlan(mount, in: context)) }
    var sources = DescriptorList()
    var places: [Int] = []
    for plan in plans {
      if case .cgroup = plan.content {
        throw .invalidConfiguration(plan.purpose + ": cgroups are mounted when a container is created")
      }
      places.append(plan.content.isBind ? sources.count : -1)
      if plan.content.isBind { sources.append(try source(of: plan, record.pid)) }
    }
    return LiveMounts(plans, sources, places)
  }

  private static func source(of plan: MountPlan, _ pid: Int32) throws(RuntimeError) -> Descriptor {
    try doing(plan.purpose) { () throws(SystemCallError) in
      let tree = try plan.cloneSource()
      // As in a container that is created: what the host mounts below comes in, nothing goes out.
      try tree.change(MountChange(propagation: .slave, isRecursive: true), subject: plan.source)
      if let map = plan.idMap {
        let namespace = try map.userNamespace(ofContainer: pid)
        try tree.mapOwners(by: namespace, recursive: map.isRecursive, subject: plan.source)
      }
      return tree.release()
    }
  }

  /// The source of a plan; nil where it needs none.
  borrowing func source(of index: Int) throws(SetupFailure) -> MountTree? {
    if places[index] < 0 { return nil }
    return try sources.lend(places[index]) { (source) throws(SetupFailure) in
      try calling { () throws(SystemCallError) in MountTree(root: try source.duplicate()) }
    }
  }
}
