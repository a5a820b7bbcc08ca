// What the parent opened and computed for the child before the clone.

import Linux
import OCI

/// What the parent opened and computed for the child before the clone: the child has only this, and its plan.
struct ChildResources: ~Copyable {
  let channel: ChildChannel
  let process: Process
  /// Nil for `exec`, which has none.
  var hooks: HookRunner?
  /// Descriptors of the parent that the child has to close at once: the other end of the channel, by which it sees the
  /// parent's death, and the lock.
  var parentDescriptors: [Int32] = []
  /// The namespaces to join by path; nil without any.
  var namespaces: NamespaceFiles?
  /// The process whose namespaces `exec` enters; nil for a new container.
  var container: Descriptor?
  var cgroups: CgroupEntrance?
  /// Nil without a resctrl group.
  var resctrl: CgroupEntrance?
  var seccomp: SeccompProgram?
  /// Where the pty's master goes; nil without a terminal.
  var consoleSocket: ConsoleSocket?
  /// The fifo of `start`, open for reading and writing: it never reads as ended when a `start` dies
  /// half-way, and writers see no reader (ENXIO) as soon as this process executes its program or dies. What
  /// fails after `ready` is written into it for `start` to read. Nil for `exec`.
  var fifo: Descriptor?
  /// How many descriptors after the standard streams the user's program inherits.
  var preservedDescriptors: Int32 = 0

  init(channel: consuming ChildChannel, process: Process) {
    self.channel = channel
    self.process = process
  }

  /// Where the child is to be born in the v2 tree (CLONE_INTO_CGROUP); nil without such a tree.
  var unifiedNumber: Int32? {
    switch cgroups {
    case .some(let entrance): return entrance.unifiedNumber
    case .none: return nil
    }
  }

  /// Clones in the PID namespace that is joined, if one is.
  func clone(_ options: CloneOptions) throws(SystemCallError) -> Clone {
    switch namespaces {
    case .some(let files): return try files.cloneInJoinedPidNamespace(options)
    case .none: return try Linux.clone(options)
    }
  }

  /// Clones in the PID namespace of the container that is entered, if it is another one.
  func clone(_ options: CloneOptions, entersPid: Bool) throws(SystemCallError) -> Clone {
    switch container {
    case .some(let pidfd):
      if entersPid { return try PidNamespace.clone(options, in: pidfd.number, subject: "pid") }
      return try Linux.clone(options)
    case .none: return try Linux.clone(options)
    }
  }
}
