// The packets between parent and child.

import Linux
import OCI
import Testing

@testable import ContainerRuntime

@Suite("Synchronisation messages")
struct SyncMessageTests {
  private static let ofChild: [ChildMessage] = [
    .cloned(pid: 4711), .mountsReady, .limitsWanted, .warning("a text"), .ready, .listening(number: 7),
    .failed(SetupReport(step: 14, errno: 13, call: "openat2", subject: "/etc/grüße")),
  ]
  private static let ofParent: [ParentMessage] = [
    .cgroupReady, .identitiesMapped, .hooksDone(pid: Int32.max), .limitsSet, .listenerTaken,
  ]

  @Test("every message survives its packet")
  func roundTrip() {
    for message in Self.ofChild { #expect(ChildMessage(packet: message.packet) == message) }
    for message in Self.ofParent { #expect(ParentMessage(packet: message.packet) == message) }
  }

  @Test("neither side understands the other side's messages")
  func sidesAreApart() {
    for message in Self.ofChild { #expect(ParentMessage(packet: message.packet) == nil) }
    for message in Self.ofParent { #expect(ChildMessage(packet: message.packet) == nil) }
  }

  @Test("a packet that is cut, or goes on, is no message")
  func lengthsCount() {
    for message in Self.ofChild {
      let packet = message.packet
      for count in 0..<packet.count { #expect(ChildMessage(packet: Array(packet[0..<count])) == nil) }
      #expect(ChildMessage(packet: packet + [0]) == nil)
    }
  }

  @Test("no packet of any bytes is misread as longer than it is (CVE-2021-43784)")
  func fuzz() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<20_000 {
      let count = Int.random(in: 0...64, using: &generator)
      var packet = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
      if let first = [UInt8(16), 19, 21].randomElement(using: &generator), count > 0 { packet[0] = first }
      if let message = ChildMessage(packet: packet), case .warning(let text) = message {
        #expect(text.utf8.count <= count * 3)
      }
    }
  }

  @Test("texts that are longer than a packet are cut, and the packet stays within its limit")
  func longTexts() {
    let report = SetupReport(step: 14, errno: 2, call: "openat2", subject: String(repeating: "x", count: 100_000))
    let packet = ChildMessage.failed(report).packet
    #expect(packet.count <= packetLimit)
    guard case .failed(let read) = ChildMessage(packet: packet) else {
      Issue.record("the packet cannot be read")
      return
    }
    #expect(read.subject.utf8.count == packetLimit / 2)
  }

  @Test("a report becomes one sentence with the step, the call, its subject and the reason")
  func reportMessage() {
    let call = SetupReport(step: 24, errno: 1, call: "sethostname", subject: "box")
    #expect(call.message == "setting the host name: sethostname 'box': operation not permitted")
    let refusal = SetupReport(step: 40, errno: 0, call: "", subject: "exec: \"x\": executable file not found in $PATH")
    #expect(refusal.message == "exec: \"x\": executable file not found in $PATH")
  }
}
