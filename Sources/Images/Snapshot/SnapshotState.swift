// The life of a snapshot, and what is done about one whose process died.

/// The life of a snapshot. Each state is on the disk before what it speaks of begins.
public enum SnapshotState: String, CaseIterable, Sendable {
  /// It is being made, and nothing of it is promised yet.
  case making
  /// It is being mounted again; its changes are its user's.
  case mounting
  case mounted
  case unmounting
  case unmounted
  case removing

  /// What is done about a snapshot by whoever opens the store.
  enum Repair: Equatable {
    case nothing
    /// Its mount goes, its changes stay.
    case unmount
    case remove
  }

  /// What is known about a snapshot besides its state.
  struct Facts: OptionSet {
    let rawValue: UInt8

    /// The process of the last change still runs.
    static let held = Facts(rawValue: 1)
    /// It was mounted last in this boot.
    static let ofThisBoot = Facts(rawValue: 2)
  }

  func repair(_ facts: Facts) -> Repair {
    switch self {
    case .making, .removing: facts.contains(.held) ? .nothing : .remove
    case .mounting, .unmounting: facts.contains(.held) ? .nothing : .unmount
    // Mounts end with their boot.
    case .mounted: facts.contains(.ofThisBoot) ? .nothing : .unmount
    case .unmounted: .nothing
    }
  }
}
