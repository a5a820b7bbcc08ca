// The process that makes the source of a mount with the rights of the host's root.
//
// Whose namespaces: the mount namespace is the container's, all others and the credentials are the runtime's.

import Linux
import OCI

/// Makes the source of a mount with the rights of the host's root, for the container's process.
///
/// A process of its own: only in the mount namespace of the container can its mounts be copied, and the runtime has to
/// stay in its own.
struct MountSourceProcess: ~Copyable {
  let plan: MountPlan
  let pid: Int32

  /// We are that process: answers the container's process and ends.
  consuming func run(_ channel: borrowing ParentChannel, container: borrowing Descriptor) -> Never {
    do {
      let tree = try makeTree(container)
      try channel.send(tree)
    } catch {
      let isUnmappable = plan.idMap != nil && error.errno == .invalidArgument
      let hint = isUnmappable ? " (maybe the filesystem used doesn't support idmap mounts on this kernel?)" : ""
      guard (try? channel.send(.sourceRefused(error.message + hint))) != nil else { exitNow(1) }
    }
    exitNow(0)
  }

  private func makeTree(_ container: borrowing Descriptor) throws(SystemCallError) -> MountTree {
    try ProcessControl.setParentDeathSignal(Signal.kill)
    // By the host's /proc, before the container's mounts are ours.
    guard let map = plan.idMap else {
      try container.enterNamespace(.mount, subject: "mount namespace")
      return try plan.cloneSource()
    }
    let namespace = try map.userNamespace(ofContainer: pid)
    try container.enterNamespace(.mount, subject: "mount namespace")
    let tree = try plan.cloneSource()
    try tree.mapOwners(by: namespace, recursive: map.isRecursive, subject: plan.source)
    return tree
  }
}

extension MountIDMap {
  /// The user namespace whose maps the mount takes: one made for it, or without maps of its own the container's.
  func userNamespace(ofContainer pid: Int32) throws(SystemCallError) -> Descriptor {
    if uids.isEmpty { return try Descriptor.workingDirectory.open(numbered("/proc/", pid, "/ns/user"), .readOnly) }
    return try IdentityMaps(uids: uids, gids: gids).makeNamespace()
  }
}

extension ContainerBirth {
  /// Has the source of a mount made for the container's process, which waits for it.
  func sendSource(_ index: Int32, _ channel: borrowing ParentChannel) throws(RuntimeError) {
    let plan = plans.rootfs.mounts[Int(index)]
    if plans.options.contains(.isRootless) { return try refuseSource(plan, channel) }
    let maker = try doing("starting the process that makes a mount source") { () throws(SystemCallError) in
      try clone()
    }
    if maker.isChild {
      switch pidfd {
      case .some(let container): MountSourceProcess(plan: plan, pid: record.pid).run(channel, container: container)
      case .none: exitNow(1)
      }
    }
    guard let status = try? maker.pidfd.waitForExit(), status == .exited(0) else {
      throw .setup(plan.purpose + ": the process that makes its source died")
    }
  }

  /// Who is not the host's root has no rights that the container's process lacks.
  private func refuseSource(_ plan: MountPlan, _ channel: borrowing ParentChannel) throws(RuntimeError) {
    let error = SystemCallError(call: "open_tree", subject: plan.source, errno: .accessDenied)
    try doing("refusing a mount source") { () throws(SystemCallError) in
      try channel.send(.sourceRefused(error.message))
    }
  }
}
