// Requests about network devices, byte by byte.

import Testing

@testable import Linux

@Suite("Requests about network devices")
struct RouteMessageTests {
  @Test("a request has its length, type, flags, header and padded attributes")
  func layout() {
    var message = RouteMessage(.getLink, header: [UInt8](repeating: 0, count: 16))
    message.append(.linkName, "ab")
    #expect(
      message.finished == [40, 0, 0, 0, 18, 0, 5, 0] + [UInt8](repeating: 0, count: 24)
        + [7, 0, 3, 0, 0x61, 0x62, 0, 0])
    message.append(.linkNamespace, 0x0102)
    #expect(message.finished.suffix(8) == [8, 0, 28, 0, 2, 1, 0, 0])
    #expect(message.finished[0] == 48)
  }

  private let sample: [UInt8] =
    [2, 27, 0x80, 0, 9, 0, 0, 0]
    + [8, 0, 1, 0, 192, 0, 2, 1] + [8, 0, 2, 0, 192, 0, 2, 2] + [8, 0, 4, 0, 192, 0, 2, 31]
    + [6, 0, 3, 0, 0x61, 0, 0, 0] + [8, 0, 8, 0, 0x80, 0, 0, 0]

  @Test("an address is added with what it means, without its label and flags")
  func addition() {
    let address = InterfaceAddress(bytes: sample)
    #expect(address.index == 9 && address.isToBeKept)
    let request = address.addition(to: 3).finished
    #expect(Array(request[4..<8]) == [20, 0, 5, 6])
    #expect(Array(request[16..<24]) == [2, 27, 0, 0, 3, 0, 0, 0])
    #expect(
      Array(request[24...]) == [8, 0, 1, 0, 192, 0, 2, 1] + [8, 0, 2, 0, 192, 0, 2, 2] + [8, 0, 4, 0, 192, 0, 2, 31])
  }

  @Test("addresses that end, or that mean something only where they are, stay behind")
  func kept() {
    var passing = sample
    passing[2] = 0
    #expect(!InterfaceAddress(bytes: passing).isToBeKept)
    var local = sample
    local[3] = 253
    #expect(!InterfaceAddress(bytes: local).isToBeKept)
    #expect(!InterfaceAddress(bytes: [2, 27]).isToBeKept)
  }

  @Test("an attribute whose length lies ends the list", arguments: [0, 3, 200] as [UInt8])
  func lyingLength(size: UInt8) {
    var bytes = sample
    bytes[8] = size
    #expect(InterfaceAddress(bytes: bytes).addition(to: 1).finished.count == 24)
  }

  @Test("the loopback device is there, and a device of no name is not")
  func kernel() throws {
    let socket = try RouteSocket()
    let loopback = try socket.device("lo")
    #expect(loopback.index == 1)
    #expect(try socket.addresses(of: 4_000_000, name: "none").isEmpty)
    #expect(throws: SystemCallError(call: "netlink", subject: "apusnone", errno: .noDevice)) {
      _ = try socket.device("apusnone")
    }
  }
}
