// What pods and containers use.

/// What a container uses. One that has ended uses no more than room on the disk.
public struct ContainerUsage: Sendable {
  public let record: ContainerRecord
  /// Nil when it has ended.
  public var group: CgroupUsage?
  /// Nanoseconds of processor time in a second; nil before there were two samples.
  public var nanoCores: UInt64?
  /// What it changed in its root; nil before it was measured.
  public var writable: WritableUsage?
}

/// What a container changed in its root.
public struct WritableUsage: Equatable, Sendable {
  /// The folder of the store.
  public let path: String
  public let bytes: UInt64
  public let inodes: UInt64
  /// When it was measured, in nanoseconds since 1970.
  public let moment: Int64
}

/// What a pod uses, with its containers.
public struct PodUsage: Sendable {
  public let record: PodRecord
  /// Of the pod's own cgroup where its caller named one, else the sum of what runs in it. Nil when nothing runs.
  public var group: CgroupUsage?
  public var nanoCores: UInt64?
  /// Nil with the host's network, and when the pod has stopped.
  public var interfaces: [InterfaceUsage]?
  /// Those that have not ended.
  public var containers: [ContainerUsage]
}
