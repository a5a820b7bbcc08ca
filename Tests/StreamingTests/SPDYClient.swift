// A client of SPDY/3.1, written from the specification and apart from the server.

import Foundation
import Linux

/// A client that blocks, for threads of tests. Headers are compressed as zlib allows without a compressor: in stored
/// blocks (RFC 1951, 3.2.4), behind a head that names the dictionary.
final class SPDYClient: @unchecked Sendable {
  // One thread sends and one receives; what the one changes the other does not touch.
  struct Problem: Error {
    let message: String
    init(_ message: String) { self.message = message }
  }

  /// What the server sends.
  enum Frame: Equatable {
    case reply(UInt32)
    case reset(UInt32, UInt32)
    case ping(UInt32)
    case goAway(UInt32, UInt32)
    case data(UInt32, [UInt8], isLast: Bool)
  }

  private let socket: Descriptor
  private var received: [UInt8] = []
  private var hasSentHeaders = false
  private(set) var nextStream: UInt32 = 1

  init(port: Int) throws {
    socket = try Descriptor.connectToLoopback(.four, port: UInt16(port), timeoutMilliseconds: 5000)
    try socket.setNonBlocking(false)
  }

  func send(_ bytes: [UInt8]) throws { try socket.writeAll(bytes) }

  /// Sends the request of a URL and returns the head of the answer.
  func request(_ url: String, _ headers: [String]) throws -> String {
    // Behind the scheme and the host.
    let path = url.split(separator: "/", omittingEmptySubsequences: true).dropFirst(2).map { "/" + $0 }.joined()
    let lines = ["POST \(path.isEmpty ? "/" : path) HTTP/1.1", "Host: localhost"] + headers + ["", ""]
    try send(Array(lines.joined(separator: "\r\n").utf8))
    while true {
      if let end = received.firstRange(of: Array("\r\n\r\n".utf8)) {
        let head = String(decoding: received[..<end.lowerBound], as: UTF8.self)
        received.removeFirst(end.upperBound)
        return head
      }
      guard try fill() else { throw Problem("closed before an answer: \(String(decoding: received, as: UTF8.self))") }
    }
  }

  func upgrade(_ url: String, _ version: String?) throws {
    var headers = ["Connection: Upgrade", "Upgrade: SPDY/3.1"]
    if let version { headers.append("X-Stream-Protocol-Version: \(version)") }
    let answer = try request(url, headers)
    guard answer.hasPrefix("HTTP/1.1 101 ") else { throw Problem(answer) }
  }

  // MARK: - Sending

  func control(_ type: UInt16, flags: UInt8 = 0, _ body: [UInt8]) throws {
    let size = body.count
    try send(
      [0x80, 3, UInt8(type >> 8), UInt8(type & 0xff), flags, UInt8(size >> 16), UInt8(size >> 8 & 0xff)]
        + [UInt8(size & 0xff)] + body)
  }

  static func bytes(_ number: UInt32) -> [UInt8] { (0..<4).map { UInt8(number >> (24 - 8 * $0) & 0xff) } }

  /// A piece of the compressed stream that says these headers.
  func block(_ headers: [(String, String)]) -> [UInt8] {
    var plain = SPDYClient.bytes(UInt32(headers.count))
    for (name, value) in headers {
      for text in [name, value] { plain += SPDYClient.bytes(UInt32(text.utf8.count)) + Array(text.utf8) }
    }
    let size = UInt16(plain.count)
    let low = UInt8(size & 0xff)
    let high = UInt8(size >> 8)
    defer { hasSentHeaders = true }
    return (hasSentHeaders ? [] : [0x78, 0xbb, 0xe3, 0xc6, 0xa7, 0xc2]) + [0, low, high, ~low, ~high] + plain
  }

  /// Opens a stream and returns its number.
  func open(_ headers: [(String, String)], isLast: Bool = false) throws -> UInt32 {
    let id = nextStream
    nextStream += 2
    try control(1, flags: isLast ? 1 : 0, SPDYClient.bytes(id) + SPDYClient.bytes(0) + [0, 0] + block(headers))
    return id
  }

  func open(_ kind: String) throws -> UInt32 { try open([("streamtype", kind)]) }

  func data(_ id: UInt32, _ bytes: [UInt8], isLast: Bool = false) throws {
    let head = SPDYClient.bytes(id) + SPDYClient.bytes(UInt32(bytes.count) | (isLast ? 1 << 24 : 0))
    try send(head + bytes)
  }

  func reset(_ id: UInt32) throws { try control(3, SPDYClient.bytes(id) + SPDYClient.bytes(5)) }

  // MARK: - Receiving

  private func fill() throws -> Bool {
    var entries = [PollEntry(socket.number, .readable)]
    guard try poll(&entries, timeoutMilliseconds: 20_000) > 0 else { throw Problem("nothing came") }
    do throws(SystemCallError) {
      let bytes = try socket.read(upTo: 65536)
      received += bytes
      return !bytes.isEmpty
    } catch {
      if error.errno == .connectionReset { return false }
      throw error
    }
  }

  private func word(_ place: Int) -> UInt32 { received[place..<place + 4].reduce(0) { $0 << 8 | UInt32($1) } }

  /// The next frame; nil at the end of the connection.
  func next() throws -> Frame? {
    while true {
      if received.count >= 8 {
        let size = Int(word(4) & 0xff_ffff)
        if received.count >= 8 + size {
          let (first, flags) = (word(0), received[4])
          let body = Array(received[8..<8 + size])
          defer { received.removeFirst(8 + size) }
          if first >> 31 == 0 { return .data(first, body, isLast: flags & 1 == 1) }
          func number(_ place: Int) -> UInt32 { body[place..<place + 4].reduce(0) { $0 << 8 | UInt32($1) } }
          switch first & 0xffff {
          case 2: return .reply(number(0))
          case 3: return .reset(number(0), number(4))
          case 6: return .ping(number(0))
          case 7: return .goAway(number(0), number(4))
          default: throw Problem("a frame of type \(first & 0xffff)")
          }
        }
      }
      if try !fill() {
        if received.isEmpty { return nil }
        throw Problem("closed within a frame")
      }
    }
  }

  /// Everything that comes until the end, by stream.
  func collect() throws -> [UInt32: [UInt8]] {
    var result: [UInt32: [UInt8]] = [:]
    while let frame = try next() {
      if case .data(let id, let bytes, _) = frame { result[id, default: []] += bytes }
    }
    return result
  }
}
