// The system call filter of a container.

/// The system call filter of a container (config-linux.md, section Seccomp).
public struct Seccomp: Equatable, Sendable {
  /// The action for calls without a rule; absent together with no rule means no filter, as runc has it.
  public var defaultAction: Action?
  /// The errno of that action; absent means EPERM.
  public var defaultErrnoRet: UInt32?
  /// Architectures beside the native one.
  public var architectures: [Architecture] = []
  /// Flags of seccomp(2); absent means the speculation flag alone if the kernel has it, as runc has it.
  public var flags: [Flag]?
  /// The socket of the agent that gets the notify descriptor.
  public var listenerPath: String = ""
  /// Passed to that agent unchanged.
  public var listenerMetadata: String = ""
  public var syscalls: [Rule] = []

  public init() {}
}
