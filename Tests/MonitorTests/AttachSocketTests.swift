// Clients of the attach socket: those that read, those that do not, those that write.

import Linux
import Testing

@testable import ContainerMonitor

@Suite("Attach socket")
struct AttachSocketTests {
  /// A socket in a directory of its own, with its event loop.
  private struct Server: ~Copyable {
    let scratch: Scratch
    var epoll: Epoll
    var attach: AttachSocket

    init() throws {
      let scratch = try Scratch()
      var epoll = try Epoll()
      var attach = try AttachSocket(Scratch.silent, firstToken: 1000)
      let folder = try Descriptor.workingDirectory.open(scratch.path, [.path, .directory])
      try attach.open(in: folder, &epoll, token: 1)
      self.scratch = scratch
      self.epoll = epoll
      self.attach = attach
    }

    mutating func connect() throws -> Descriptor {
      let client = try Descriptor.connect(to: scratch.path + "/attach", .sequentialPackets)
      try client.setNonBlocking(true)
      attach.admit(&epoll)
      return client
    }

    mutating func send(_ kind: OutputKind, _ bytes: [UInt8]) throws {
      var block = try MappedBytes(capacity: bytes.count + 10)
      block.put(bytes, at: 7)
      attach.distribute(kind, block, at: 7, count: bytes.count, &epoll)
    }
  }

  /// Reads one packet; nil when there is none, empty at the end.
  private func packet(_ client: borrowing Descriptor) -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: 70_000)
    guard let count = try? client.read(into: &buffer) else { return nil }
    return Array(buffer[0..<count])
  }

  @Test("packets begin with the output's number and carry up to 8192 bytes")
  func framing() throws {
    var server = try Server()
    let client = try server.connect()
    try server.send(.stdout, [1, 2, 3])
    try server.send(.stderr, [UInt8](repeating: 9, count: 20_000))
    expect(packet(client) == [2, 1, 2, 3])
    expect([packet(client), packet(client), packet(client)].map { $0?.count } == [8193, 8193, 3617])
    expect(packet(client) == nil)
  }

  @Test("every client gets everything from its arrival on")
  func several() throws {
    var server = try Server()
    let first = try server.connect()
    try server.send(.stdout, [1])
    let second = try server.connect()
    try server.send(.stdout, [2])
    expect(packet(first) == [2, 1] && packet(first) == [2, 2])
    expect(packet(second) == [2, 2] && packet(second) == nil)
    server.attach.close(&server.epoll)
    expect(packet(first) == [] && packet(second) == [])
  }

  @Test("a client that reads too slowly is waited for and misses nothing")
  func slow() throws {
    var server = try Server()
    let client = try server.connect()
    let other = try server.connect()
    var sent = 0
    while !server.attach.isBehind {
      try server.send(.stdout, (0..<65536).map { UInt8(truncatingIfNeeded: ($0 + sent) / 4096) })
      sent += 65536
      while packet(other) != nil {}
    }
    var received = 0
    while received < sent {
      if let bytes = packet(client) {
        for (index, byte) in bytes.dropFirst().enumerated() where (received + index) % 4096 == 0 {
          expect(byte == UInt8(truncatingIfNeeded: (received + index) / 4096))
        }
        received += bytes.count - 1
      } else {
        server.attach.catchUp(&server.epoll)
      }
    }
    server.attach.catchUp(&server.epoll)
    expect(received == sent && !server.attach.isBehind)
    expect(server.attach.clients.count == 2)
  }

  @Test("a client that stops reading is dropped after its time, and nobody else notices")
  func stuck() throws {
    var server = try Server()
    let stuck = try server.connect()
    let other = try server.connect()
    while !server.attach.isBehind {
      try server.send(.stdout, [UInt8](repeating: 1, count: 65536))
      while packet(other) != nil {}
    }
    // As long as there is room nobody waits for it, however long it does not read.
    expect(server.attach.hold(.monotonic()) == nil)
    while !server.attach.isFull {
      try server.send(.stdout, [UInt8](repeating: 1, count: 65536))
      while packet(other) != nil {}
    }
    let now = Moment.monotonic()
    expect(server.attach.hold(now.adding(milliseconds: -500)) != nil)
    expect(server.attach.hold(now.adding(milliseconds: 1100)) == 0)
    server.attach.judge(now.adding(milliseconds: -500))
    expect(server.attach.isBehind)
    server.attach.judge(now.adding(milliseconds: 1100))
    expect(!server.attach.isBehind)
    expect(server.attach.clients.count == 1)
    try server.send(.stdout, [7])
    expect(packet(other) == [2, 7])
    while let bytes = packet(stuck), !bytes.isEmpty { expect(bytes[1] == 1) }
  }

  @Test("at the end a client that reads gets the rest, and a stuck one delays by its time only")
  func end() throws {
    var server = try Server()
    let stuck = try server.connect()
    while !server.attach.isBehind { try server.send(.stdout, [UInt8](repeating: 1, count: 65536)) }
    try server.send(.stderr, [UInt8](repeating: 2, count: 100_000))
    let start = Moment.monotonic()
    server.attach.close(&server.epoll)
    let elapsed = Moment.monotonic().milliseconds(since: start)
    expect(elapsed >= 900 && elapsed < 3000)
    expect(server.attach.clients.isEmpty)
    _ = consume stuck
  }

  @Test("a client that has gone is forgotten")
  func gone() throws {
    var server = try Server()
    do {
      let client = try server.connect()
      _ = consume client
    }
    try server.send(.stdout, [1])
    for client in server.attach.clients { client.sendsInput = false }
    server.attach.removeGone()
    expect(server.attach.clients.isEmpty)
  }

  @Test("many clients at once")
  func many() throws {
    var server = try Server()
    var list = DescriptorList()
    for _ in 0..<200 { list.append(try server.connect()) }
    try server.send(.stdout, [5])
    expect(server.attach.clients.count == 200)
    expect(!server.attach.isBehind)
  }

  @Test("packets of the backlog come out as they went in")
  func backlog() throws {
    var backlog = try Backlog()
    var block = try MappedBytes(capacity: 20_000)
    for index in 0..<20_000 { block[index] = UInt8(truncatingIfNeeded: index / 100) }
    let first = backlog.append(.stderr, block, at: 0, count: 20_000) ?? -1
    #expect(first == 0)
    var place = backlog.place(ofPacket: 1, from: first)
    var bytes: [UInt8] = []
    while place < backlog.end {
      let packet = backlog.packet(at: place)
      expect(backlog.bytes[packet.start] == 3)
      bytes += backlog.bytes.bytes(packet.start + 1..<packet.start + packet.count)
      place = packet.next
    }
    expect(bytes == block.bytes(8192..<20_000))
    var full = 0
    while backlog.append(.stdout, block, at: 0, count: 20_000) != nil { full += 1 }
    expect(full > 200)
    backlog.removeAll()
    expect(backlog.end == 0)
  }
}
