// What the parent and the container's own process say to each other.
//
//   parent                              child
//   cgroupReady               ──►       (waits: systemd driver)
//   identitiesMapped          ──►       (waits: new user namespace)
//                             ◄──       cloned (from the intermediate, with the child's pid)
//                             ◄──       sourceWanted (a mount that takes the host's root; any number)
//   source, or sourceRefused  ──►       (from a process in the child's mount namespace, with the tree's descriptor)
//                             ◄──       netDevicesWanted (only when there are some to move)
//   netDevicesMoved           ──►
//                             ◄──       mountsReady (only when hooks wait for it)
//   hooksDone                 ──►
//                             ◄──       limitsWanted (user namespace: raising a limit takes the host's root)
//   limitsSet                 ──►
//                             ◄──       warning (any number)
//                             ◄──       listening (a filter that asks an agent is loaded)
//   listenerTaken             ──►       (the agent has the descriptor)
//                             ◄──       ready, or failed
//
// One message is one packet of a SOCK_SEQPACKET pair, so none can shift into another (CVE-2021-43784).

import Linux

/// What only the parent says.
enum ParentMessage: Equatable {
  /// The child is in its cgroup, which has its limits.
  case cgroupReady
  case identitiesMapped
  /// The hooks of the host's side have run; carries the process id of the child as the host sees it.
  case hooksDone(pid: Int32)
  case limitsSet
  case netDevicesMoved
  /// Comes with the descriptor of a detached tree.
  case source
  case sourceRefused(String)
  case listenerTaken

  var packet: [UInt8] {
    switch self {
    case .identitiesMapped: return [1]
    case .cgroupReady: return [9]
    case .limitsSet: return [4]
    case .source: return [5]
    case .netDevicesMoved: return [8]
    case .listenerTaken: return [7]
    case .sourceRefused(let text): return PacketWriter.packet(6) { $0.append(text) }
    case .hooksDone(let pid): return PacketWriter.packet(3) { $0.append(pid) }
    }
  }

  init?(packet: [UInt8]) {
    var reader = PacketReader(packet)
    switch reader.byte() {
    case 1: self = .identitiesMapped
    case 3:
      guard let pid = reader.number() else { return nil }
      self = .hooksDone(pid: pid)
    case 4: self = .limitsSet
    case 5: self = .source
    case 8: self = .netDevicesMoved
    case 6:
      guard let text = reader.text() else { return nil }
      self = .sourceRefused(text)
    case 7: self = .listenerTaken
    case 9: self = .cgroupReady
    default: return nil
    }
    if !reader.isAtEnd { return nil }
  }
}

/// What only the child, or its intermediate, says.
enum ChildMessage: Equatable {
  case cloned(pid: Int32)
  case mountsReady
  case limitsWanted
  case netDevicesWanted
  case sourceWanted(index: Int32)
  /// The number of the descriptor in the child.
  case listening(number: Int32)
  case warning(String)
  case ready
  case failed(SetupReport)

  var packet: [UInt8] {
    switch self {
    case .cloned(let pid): return PacketWriter.packet(16) { $0.append(pid) }
    case .mountsReady: return [18]
    case .warning(let text): return PacketWriter.packet(19) { $0.append(text) }
    case .ready: return [20]
    case .limitsWanted: return [22]
    case .netDevicesWanted: return [25]
    case .sourceWanted(let index): return PacketWriter.packet(23) { $0.append(index) }
    case .listening(let number): return PacketWriter.packet(24) { $0.append(number) }
    case .failed(let report):
      return PacketWriter.packet(21) {
        $0.append(Int32(report.step))
        $0.append(report.errno)
        $0.append(report.call)
        $0.append(report.subject)
      }
    }
  }

  init?(packet: [UInt8]) {
    var reader = PacketReader(packet)
    switch reader.byte() {
    case 16:
      guard let pid = reader.number() else { return nil }
      self = .cloned(pid: pid)
    case 18: self = .mountsReady
    case 19:
      guard let text = reader.text() else { return nil }
      self = .warning(text)
    case 20: self = .ready
    case 22: self = .limitsWanted
    case 25: self = .netDevicesWanted
    case 23:
      guard let index = reader.number() else { return nil }
      self = .sourceWanted(index: index)
    case 24:
      guard let number = reader.number() else { return nil }
      self = .listening(number: number)
    case 21:
      guard let step = reader.number(), let errno = reader.number(), let call = reader.text(),
        let subject = reader.text()
      else { return nil }
      self = .failed(SetupReport(step: UInt8(truncatingIfNeeded: step), errno: errno, call: call, subject: subject))
    default: return nil
    }
    if !reader.isAtEnd { return nil }
  }
}

/// Why the child could not go on: the step by its number, and the refused call or, with errno 0, a whole sentence.
struct SetupReport: Equatable {
  let step: UInt8
  let errno: Int32
  let call: String
  let subject: String

  init(step: UInt8, errno: Int32, call: String, subject: String) {
    self.step = step
    self.errno = errno
    self.call = call
    self.subject = subject
  }

  init(step: SetupStep, failure: SetupFailure) {
    self.step = step.number
    (errno, call, subject) = (failure.error.errno.rawValue, failure.error.call, failure.error.subject)
  }

  /// `<what was being done>: <call> '<subject>': <strerror>`.
  var message: String {
    let cause =
      errno == 0
      ? subject : SystemCallError(call: call, subject: subject, errno: Errno(rawValue: errno)).message
    let activity = SetupStep.activity(ofNumber: step)
    return activity.isEmpty ? cause : activity + ": " + cause
  }
}
