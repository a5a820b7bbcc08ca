// Where tests end the daemon.

internal import Foundation
internal import Linux

/// A point between two steps at which tests end a daemon that was built for debugging: one that is named by
/// `APUSD_KILL_AT` kills itself there, as SIGKILL from outside would. A release never does.
enum KillPoint: String, CaseIterable, Sendable {
  case podRecorded = "pod-recorded"
  case namespacesPinned = "namespaces-pinned"
  case networkAttached = "network-attached"
  case filesMounted = "files-mounted"
  case firstProcessStarted = "first-process-started"
  case podReady = "pod-ready"
  case containerRecorded = "container-recorded"
  case rootMounted = "root-mounted"
  case monitorStarted = "monitor-started"
  case containerCreated = "container-created"
  case containerSaved = "container-saved"
  case containerStarted = "container-started"
  case containerKilled = "container-killed"
  case stepUndone = "step-undone"

  #if DEBUG
    private static let wanted = environmentValue("APUSD_KILL_AT").flatMap(KillPoint.init)
  #endif

  @inline(__always)
  func reach() {
    #if DEBUG
      if self == KillPoint.wanted { try? sendSignal(Signal.kill, to: ProcessInfo.processInfo.processIdentifier) }
    #endif
  }
}
