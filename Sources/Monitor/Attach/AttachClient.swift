// One client of the attach socket.

import Linux

/// One client of the attach socket.
final class AttachClient {
  let token: UInt64
  let socket: Descriptor
  /// The client may still send input.
  var sendsInput = true
  /// The client may have sent something.
  var isReady = true
  /// The client has closed its socket; what it sent before may still be there.
  var isGone = false
  /// The client takes output.
  var takesOutput = true
  /// Where in the backlog the client stands; nil when it has everything.
  var place: Int?
  /// Bytes that it took since `watchedSince`, and what its queue held then: to tell the slow from the stuck.
  var sent = 0
  var queuedBefore = 0
  var watchedSince: Moment

  init(_ socket: consuming Descriptor, token: UInt64, now: Moment) {
    self.token = token
    self.socket = socket
    watchedSince = now
  }

  /// Begins a new span of watching.
  func watch(_ now: Moment) {
    sent = 0
    queuedBefore = (try? socket.bytesUnsent()) ?? 0
    watchedSince = now
  }

  /// Bytes that the client has read in this span, roughly.
  var taken: Int { sent + queuedBefore - ((try? socket.bytesUnsent()) ?? 0) }
}
