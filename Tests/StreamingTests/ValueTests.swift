// What is decided without a connection: tokens, protocols, statuses, sizes, messages.

import Foundation
import Linux
import NIOCore
import Testing

@testable import Streaming

@Suite("Values of streaming")
struct ValueTests {
  private let request = StreamingRequest.forward(ForwardRequest(ports: []) { _ in throw StreamingError("unused") })

  @Test("a token is good once")
  func once() throws {
    let tokens = TokenTable(StreamingSettings())
    let token = try #require(tokens.add(request))
    #expect(token.count == 32)
    #expect(tokens.take(token) != nil)
    #expect(tokens.take(token) == nil)
    #expect(tokens.take("") == nil)
  }

  @Test("a token is good for a short time, and makes room after it")
  func expiry() async throws {
    var settings = StreamingSettings()
    settings.tokenLifetime = .milliseconds(30)
    settings.tokenLimit = 2
    let tokens = TokenTable(settings)
    let token = try #require(tokens.add(request))
    #expect(tokens.add(request) != nil)
    #expect(tokens.add(request) == nil)
    try await Task.sleep(for: .milliseconds(60))
    #expect(tokens.take(token) == nil)
    #expect(tokens.add(request) != nil)
  }

  private static let formats: [(String, ProtocolChoice.ChannelFormat)] = [
    ("", ProtocolChoice.ChannelFormat()), ("channel.k8s.io", ProtocolChoice.ChannelFormat()),
    ("base64.channel.k8s.io", ProtocolChoice.ChannelFormat(isBase64: true)),
    ("v1.channel.k8s.io", ProtocolChoice.ChannelFormat()), ("v2.channel.k8s.io", ProtocolChoice.ChannelFormat()),
    ("v3.base64.channel.k8s.io", ProtocolChoice.ChannelFormat(isBase64: true)),
    ("v4.channel.k8s.io", ProtocolChoice.ChannelFormat(status: .json)),
    ("v4.base64.channel.k8s.io", ProtocolChoice.ChannelFormat(isBase64: true, status: .json)),
    ("v5.channel.k8s.io", ProtocolChoice.ChannelFormat(hasCloseSignal: true, status: .json)),
  ]

  @Test("protocols of WebSocket", arguments: formats)
  func channelFormats(name: String, expected: ProtocolChoice.ChannelFormat) {
    #expect(ProtocolChoice.channelFormat(name) == expected)
  }

  @Test(
    "protocols that are not known",
    arguments: [
      "v6.channel.k8s.io", "v5.base64.channel.k8s.io", "channel.k8s", "x.channel.k8s.io", "base64.v4.channel.k8s.io",
    ])
  func unknownFormats(name: String) { #expect(ProtocolChoice.channelFormat(name) == nil) }

  @Test("versions of remote commands")
  func commandVersions() {
    let versions = ProtocolChoice.commands.map { ProtocolChoice.commandVersion($0) }
    #expect(versions.map(\.format) == [.json, .text, .text, .text])
    #expect(versions.map(\.takesSizes) == [true, true, false, false])
    #expect(
      ProtocolChoice.first(of: ["v9", "v3.channel.k8s.io", "v4.channel.k8s.io"], in: ProtocolChoice.commands)
        == "v3.channel.k8s.io")
  }

  @Test("the end of a command as Kubernetes reads it")
  func statuses() throws {
    func object(_ outcome: CommandOutcome) throws -> [String: Any] {
      let data = Data(StatusFormat.json.status(outcome))
      return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }
    let success = try object(.exited(0))
    #expect(success["status"] as? String == "Success")
    #expect(success["reason"] == nil)
    let failure = try object(.exited(7))
    #expect(failure["status"] as? String == "Failure")
    #expect(failure["reason"] as? String == "NonZeroExitCode")
    let causes = (failure["details"] as? [String: Any])?["causes"] as? [[String: String]]
    #expect(causes == [["reason": "ExitCode", "message": "7"]])
    let broken = try object(.failed("no \"such\" thing"))
    #expect(broken["reason"] as? String == "InternalError")
    #expect(broken["message"] as? String == "Internal error occurred: no \"such\" thing")
    #expect(StatusFormat.text.status(.exited(0)) == [])
    #expect(String(decoding: StatusFormat.text.status(.exited(7)), as: UTF8.self).hasSuffix("exit status 7"))
  }

  @Test("sizes come in any pieces")
  func sizes() {
    var reader = ResizeReader()
    let text = "{\"Width\":80,\"Height\":25}\n{\"Width\":132,\"Height\":43}{\"Width\":-1,\"Height\":2}"
    var sizes: [WindowSize] = []
    for byte in text.utf8 { sizes += reader.read(ByteBuffer(bytes: [byte])) }
    #expect(sizes == [WindowSize(rows: 25, columns: 80), WindowSize(rows: 43, columns: 132)])
    #expect(reader.read(ByteBuffer(bytes: [UInt8](repeating: 32, count: 5000))) == [])
    #expect(reader.read(ByteBuffer(string: "{\"Width\":1,\"Height\":2}")) == [WindowSize(rows: 2, columns: 1)])
  }

  @Test("messages keep their bytes", arguments: [false, true])
  func messages(isBase64: Bool) throws {
    let bytes = ByteBuffer(bytes: (0...255).map { UInt8($0) })
    let message = WebSocketMessage.encoded(bytes, channel: 2, isBase64: isBase64)
    #expect(message.getInteger(at: message.readerIndex) == (isBase64 ? UInt8(ascii: "2") : 2))
    let decoded = try #require(WebSocketMessage.decoded(message, isBase64: isBase64))
    #expect(decoded.channel == 2)
    #expect(decoded.bytes == bytes)
    #expect(WebSocketMessage.decoded(ByteBuffer(), isBase64: isBase64) == nil)
    #expect(WebSocketMessage.decoded(ByteBuffer(string: "2%%%"), isBase64: true) == nil)
  }
}
