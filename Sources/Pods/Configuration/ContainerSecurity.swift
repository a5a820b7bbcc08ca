// What a container may do, as a caller asks for it.

/// What a container may do, as a caller asks for it.
public struct ContainerSecurity: Codable, Equatable, Sendable {
  public var addedCapabilities: [String] = []
  public var droppedCapabilities: [String] = []
  public var ambientCapabilities: [String] = []
  public var isPrivileged = false
  public var namespaces = NamespaceOptions()
  public var selinux = SELinuxOptions()
  public var user: Int64?
  public var group: Int64?
  public var username = ""
  public var hasReadOnlyRoot = false
  public var supplementalGroups: [Int64] = []
  public var groupPolicy = GroupPolicy.merge
  public var noNewPrivileges = false
  public var maskedPaths: [String] = []
  public var readonlyPaths: [String] = []
  public var seccomp = ConfinementProfile.runtimeDefault
  public var apparmor: ConfinementProfile?

  public init() {}
}

/// Whether the groups that the image gives to the user count.
public enum GroupPolicy: String, Codable, Sendable {
  case merge, strict
}

/// Which profile confines a container.
public enum ConfinementProfile: Codable, Equatable, Sendable {
  case runtimeDefault
  case unconfined
  /// A path for system calls, a name for AppArmor.
  case localhost(String)
}
