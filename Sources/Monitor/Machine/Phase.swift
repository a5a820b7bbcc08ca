// How far a container has come, as the monitor sees it.

/// How far a container has come, as the monitor sees it.
public enum Phase: Equatable, Sendable, CaseIterable {
  /// The runtime's command runs.
  case creating
  /// The runtime has ended well; its pid file is being read.
  case starting
  /// The container's process runs.
  case running
  /// Everything has been said and done; the monitor ends.
  case ended
}
