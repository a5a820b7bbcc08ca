// The flags that a mount's options set and clear, and what they make of an existing mount.

public import Linux

/// The flags that a mount's options set and clear. A later option wins over an earlier one.
public struct MountFlags: Equatable, Sendable {
  /// Without access times, which are a choice and no bits.
  public private(set) var attributes: MountAttributes = []
  public private(set) var cleared: MountAttributes = []
  public private(set) var times: AccessTimes = []
  /// Whether any flag was named, be it one that only the file system knows.
  public private(set) var isEmpty = true

  public init() {}

  mutating func set(_ attribute: MountAttributes) {
    attributes.formUnion(attribute)
    cleared.subtract(attribute)
    isEmpty = false
  }

  mutating func clear(_ attribute: MountAttributes) {
    attributes.subtract(attribute)
    cleared.formUnion(attribute)
    isEmpty = false
  }

  mutating func set(_ time: AccessTimes) {
    times.formUnion(time)
    isEmpty = false
  }

  /// `atime` takes back `noatime`, and so on; it asks for nothing by itself, as with mount(8).
  mutating func clear(_ time: AccessTimes) {
    times.subtract(time)
    isEmpty = false
  }

  mutating func nameOther() { isEmpty = false }

  /// The attributes of a newly made mount.
  var newAttributes: MountAttributes { attributes.union(times.attributes) }

  private static let changeable: MountAttributes = [.readOnly, .noSetID, .noDevices, .noExecute, .noSymlinks]
  private static let lockable: MountAttributes = [.readOnly, .noSetID, .noDevices, .noExecute]
  private static let allTimes: MountAttributes = [.accessTimes, .noDirectoryAccessTime]

  /// What the flags make of a bind mount: those that are not named go, but the access times stay when none is named.
  /// Without any flag the mount stays as its source is (mount(8), `--bind`).
  public var changeOfBind: MountChange {
    if isEmpty { return MountChange() }
    let clear = MountFlags.changeable.subtracting(attributes)
    if times.isEmpty { return MountChange(set: attributes, clear: clear) }
    return MountChange(set: newAttributes, clear: clear.union(MountFlags.allTimes))
  }

  /// What they make of a bind mount whose flags are locked, for they come from another user namespace's mount
  /// (mount_namespaces(7)): the locked ones stay unless an option names their opposite.
  /// - Parameter existing: the attributes of the mount as it is.
  /// - Returns: nil when the options demand what the lock forbids.
  public func changeOfLockedBind(existing: MountAttributes) -> MountChange? {
    if !existing.intersection(cleared).isDisjoint(with: MountFlags.lockable) { return nil }
    if !times.isEmpty && existing.intersection(MountFlags.allTimes) != times.attributes { return nil }
    let kept = attributes.union(existing.intersection(MountFlags.lockable))
    return MountChange(set: kept, clear: MountFlags.changeable.subtracting(kept))
  }
}

extension MountAttributes {
  /// From the flags that statfs(2) reports; without any word on access times they are strict.
  init(fileSystemFlags flags: Int64) {
    self = []
    for (bit, attribute) in MountAttributes.statfs where flags & bit != 0 { formUnion(attribute) }
    if flags & 0x1400 == 0 { formUnion(.strictAccessTime) }
  }

  /// ST_RDONLY, ST_NOSUID, ST_NODEV, ST_NOEXEC, ST_NOATIME, ST_NODIRATIME, ST_NOSYMFOLLOW; ST_RELATIME is 0x1000.
  private static let statfs: [(Int64, MountAttributes)] = [
    (0x1, .readOnly), (0x2, .noSetID), (0x4, .noDevices), (0x8, .noExecute), (0x400, .noAccessTime),
    (0x800, .noDirectoryAccessTime), (0x2000, .noSymlinks),
  ]
}
