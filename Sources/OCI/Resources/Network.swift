// Network marks of a cgroup.

extension Resources {
  /// Marks and priorities of network packets, cgroup v1 only.
  public struct Network: Equatable, Sendable {
    public var classID: UInt32?
    public var priorities: [InterfacePriority] = []

    public init() {}

    public init(classID: UInt32? = nil, priorities: [InterfacePriority] = []) {
      self.classID = classID
      self.priorities = priorities
    }
  }
}
