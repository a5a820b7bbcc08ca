// Making a container: from a preparation to a process that waits for `start`.

import Linux
import OCI

/// A container while it is made. Every resource is written down before it is made;
/// whatever fails, `abandon` undoes all.
struct ContainerBirth: ~Copyable {
  let plans: ContainerPlans
  /// The cgroup as it is made: hierarchies that cannot be had may be left out.
  var cgroup: Cgroup
  /// Nil once they are handed over, or when none are joined.
  var namespaceFiles: NamespaceFiles?
  let preservedDescriptors: Int32
  /// Until then what lies at the cgroup's path is somebody else's.
  var hasCgroup = false
  let state: StateDirectory
  var record: ContainerRecord
  let hooks: HookRunner
  var pidfd: Descriptor?
  /// Of the system call filter; nil without one.
  var filterFlags: SeccompFlags?
  var intermediate: Descriptor?
  /// Receives sentences about what was asked for and is ignored, one by one.
  let warn: (String) -> Void

  init(
    _ plans: ContainerPlans, _ request: CreateRequest, files: consuming NamespaceFiles?,
    state: consuming StateDirectory, warn: @escaping (String) -> Void
  ) {
    record = plans.record(id: state.id)
    hooks = HookRunner(
      hooks: plans.bundle.spec.hooks,
      state: HookState(id: state.id, bundle: record.bundle, annotations: record.annotations))
    self.plans = plans
    cgroup = plans.cgroup
    namespaceFiles = files
    preservedDescriptors = request.preservedDescriptors
    self.state = state
    self.warn = warn
  }

  /// Makes everything, up to a child that waits for `start`.
  mutating func create(in root: borrowing Descriptor, sender: consuming ConsoleSocket?) throws(RuntimeError) {
    try state.writeNew(StateDirectory.configName, plans.bundle.config)
    try state.write(record)
    if plans.hasNotifySocket { try state.makeFolder(NotifySocket.folder) }
    let pair = try doing("making the setup socket") { () throws(SystemCallError) in
      try DescriptorPair.sockets(.sequentialPackets)
    }
    let parentSocket = pair.first
    let childSocket = pair.second
    let resources = try resources(in: root, socket: childSocket, sender: sender, parent: parentSocket.number)
    try cloneChild(resources)
    try converse(ParentChannel(socket: parentSocket))
    let now = Moment.now()
    (record.createdSeconds, record.createdNanoseconds, record.isCreated) = (now.seconds, now.nanoseconds, true)
    try state.write(record)
  }

  /// Makes the cgroups and the files that the child needs, and hands them over.
  private mutating func resources(
    in root: borrowing Descriptor, socket: consuming Descriptor, sender: consuming ConsoleSocket?, parent: Int32
  ) throws(RuntimeError) -> ChildResources {
    var resources = ChildResources(channel: ChildChannel(socket: socket), process: plans.process)
    resources.hooks = hooks
    resources.consoleSocket = sender
    if plans.unit.utf8.isEmpty {
      resources.cgroups = try cgroup.create(plans.limits, plans.cgroupCreation, unified: plans.unified)
      record.cgroup = cgroup
    }
    if let resctrl = plans.resctrl {
      try resctrl.make()
      resources.resctrl = try resctrl.group.open()
    }
    hasCgroup = plans.unit.utf8.isEmpty
    if let section = plans.bundle.spec.linux.seccomp {
      resources.seccomp = try SeccompProgram.obtain(for: section, stateRoot: root)
    }
    filterFlags = resources.seccomp?.flags
    record.filter = FilterRecord(resources.seccomp)
    if let program = resources.seccomp, record.filter.need == .load {
      try state.writeNew(SeccompCache.ownName, SeccompCache.own(program.instructions))
    }
    resources.fifo = try doing("making the start fifo") { () throws(SystemCallError) in
      try state.directory.makeNode(StateDirectory.fifoName, kind: .fifo, mode: 0o600)
      return try state.directory.open(StateDirectory.fifoName, .readWrite, resolve: .noSymlinks)
    }
    resources.namespaces = namespaceFiles.take()
    resources.preservedDescriptors = preservedDescriptors
    resources.parentDescriptors = [parent, state.directory.number, root.number]
    return resources
  }

  private mutating func cloneChild(_ resources: consuming ChildResources) throws(RuntimeError) {
    let plan = plans.steps
    var namespaces = plans.namespaces.cloned(
      cgroupAfterJoining: cgroup.isJoinedByChild || !plans.unit.utf8.isEmpty)
    // Made by the child, see `offsetClocks`.
    if !plans.bundle.spec.linux.timeOffsets.isEmpty { namespaces.remove(.time) }
    if plans.namespaces.needsIntermediate {
      try cloneIntermediate(resources, namespaces: namespaces)
      return
    }
    let options = CloneOptions(namespaces: namespaces, cgroup: resources.unifiedNumber)
    let child: Clone
    do {
      child = try resources.clone(options)
    } catch {
      throw .systemCall(doing: "starting the container's process", error)
    }
    if child.isChild { InitProcess(resources: resources).run(plan) }
    let pid = child.pid
    pidfd = .some(child.pidfd)
    try adopt(pid)
  }
}
