// A mounted image.

internal import GRDB

/// What something takes of the disk.
public struct DiskUsage: Equatable, Sendable {
  public var bytes: Int64
  public var inodes: Int64

  public init(bytes: Int64 = 0, inodes: Int64 = 0) {
    self.bytes = bytes
    self.inodes = inodes
  }

  static func + (one: DiskUsage, other: DiskUsage) -> DiskUsage {
    DiskUsage(bytes: one.bytes + other.bytes, inodes: one.inodes + other.inodes)
  }
}

/// A mounted image, or one that was and will be again.
public struct SnapshotRecord: Equatable, Sendable {
  public let id: Int64
  /// By which its user knows it.
  public let name: String
  /// The absolute path where it is mounted.
  public let target: String
  /// The id of the image, which may have lost its name since.
  public let image: String
  public let options: SnapshotOptions
  public let userNamespace: String?
  public let state: SnapshotState
  /// The boot in which it was mounted last.
  public let bootID: String
  /// What its changes took when they were measured last; nil before.
  public let usage: DiskUsage?
  /// The process of the last change of state.
  let holder: ProcessIdentity

  init(_ row: Row) throws {
    let state: String = row["state"]
    guard let state = SnapshotState(rawValue: state) else {
      throw ImageError(.damaged, "the store: a snapshot is in the state '\(state)'")
    }
    self.state = state
    id = row["id"]
    name = row["name"]
    target = row["target"]
    image = row["image"]
    options = SnapshotOptions(rawValue: row["options"])
    userNamespace = row["users"]
    bootID = row["boot"]
    let start: Int64 = row["start"]
    holder = ProcessIdentity(pid: row["pid"], startTicks: UInt64(bitPattern: start), bootID: row["holderBoot"])
    let (bytes, inodes): (Int64?, Int64?) = (row["bytes"], row["inodes"])
    if let bytes, let inodes { usage = DiskUsage(bytes: bytes, inodes: inodes) } else { usage = nil }
  }

  /// The source that its mount shows, by which it is known again.
  var source: String { "apus-\(id)" }
}
