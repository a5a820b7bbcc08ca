// The thread that waits for descriptors.

internal import Foundation
internal import Linux
internal import Synchronization

/// Something with a descriptor that becomes ready.
protocol EventSource: AnyObject, Sendable {
  func enter(_ epoll: inout Epoll, token: UInt64) throws(SystemCallError)
  func leave(_ epoll: inout Epoll)
  /// Called on the event thread: may not wait for anything.
  /// - Returns: whether it wants to be called again.
  func isReady() -> Bool
}

/// One thread that waits for all descriptors of this process which belong to pods: ends of processes, output of
/// programs.
final class EventThread: Sendable {
  static let shared = EventThread()

  private enum Change: Sendable {
    case add(any EventSource)
    case remove(ObjectIdentifier)
  }

  private let changes = Mutex<[Change]>([])
  private let wake: Descriptor

  private init() {
    // Absent when the process has no descriptor left at its very beginning: then the loop looks again each second.
    wake = (try? Descriptor.eventCounter()) ?? Descriptor.absent
    Thread.detachNewThread { [self] in
      do throws(SystemCallError) { try loop() } catch { fatalError("waiting for descriptors: \(error.message)") }
    }
  }

  func add(_ source: any EventSource) { change(.add(source)) }

  func remove(_ source: any EventSource) { change(.remove(ObjectIdentifier(source))) }

  private func change(_ change: Change) {
    changes.withLock { $0.append(change) }
    // One more or less: the counter only has to be above 0.
    if wake.isOpen { try? wake.writeAll([1, 0, 0, 0, 0, 0, 0, 0]) }
  }

  private func loop() throws(SystemCallError) {
    var epoll = try Epoll(capacity: 32)
    var sources: [UInt64: any EventSource] = [:]
    var lastToken: UInt64 = 0
    if wake.isOpen { try epoll.add(wake, .readable, token: 0) }
    while true {
      for change in changes.withLock({ changes in
        defer { changes = [] }
        return changes
      }) {
        switch change {
        case .add(let source):
          lastToken += 1
          // What cannot be watched is asked at once and finds its end by itself.
          if (try? source.enter(&epoll, token: lastToken)) != nil {
            sources[lastToken] = source
          } else {
            _ = source.isReady()
          }
        case .remove(let id):
          for (token, source) in sources where ObjectIdentifier(source) == id {
            source.leave(&epoll)
            sources[token] = nil
          }
        }
      }
      try epoll.wait(timeoutMilliseconds: wake.isOpen ? -1 : 1000)
      while let event = epoll.next() {
        if event.token == 0 {
          _ = try? wake.takeCount()
        } else if let source = sources[event.token], !source.isReady() {
          source.leave(&epoll)
          sources[event.token] = nil
        }
      }
    }
  }
}
