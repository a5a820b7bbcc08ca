// Registries that misbehave: each is refused or endured, within bounds, and learns no secret.

import Foundation
import Linux
import Testing

@testable import Images

@Suite("Misbehaving registries", .serialized, .enabled(if: Scratch.canUnpack, "devices and owners need root"))
struct MisbehaviourTests {
  private let scratch: Scratch
  private let store: Store

  init() throws {
    scratch = try Scratch(isInMemory: true)
    store = try Store(path: scratch.path + "/store")
  }

  @Test("what is wrong with a registry is endured or refused", .timeLimit(.minutes(2)), arguments: Misbehaviour.all)
  func misbehaviour(case behaviour: Misbehaviour) async throws {
    let served = try ServedImage(Misbehaviour.image, in: scratch)
    let foreign = try await TestRegistry { request in behaviour.foreign?(request, served) ?? served.reply(request) }
    let registry = try await TestRegistry { [port = foreign.port] request in
      if let reply = behaviour.reply(Misbehaviour.Moment(request: request, served: served, foreignPort: port)) {
        return reply
      }
      if behaviour.needsCredentials, request.headers["authorization"] != Misbehaviour.basic {
        return TestReply(401, [("WWW-Authenticate", #"Basic realm="test""#)])
      }
      return served.reply(request)
    }
    let access = RegistryAccess(behaviour.options)
    var outcome: Result<ImageRecord, ImageError>
    do throws(ImageError) {
      let reference = try Reference("\(registry.host)/a:tag")
      let source = try await access.source(of: reference, credentials: Misbehaviour.credentials)
      var pull = Pull(from: source, into: store)
      pull.unpacking = .here
      outcome = .success(try await pull.run(reference.target, named: reference))
    } catch {
      outcome = .failure(error)
    }
    await access.end()
    switch (behaviour.outcome, outcome) {
    case (.endured, .success(let image)):
      #expect(image.layers.map(\.diffID) == served.image.diffIDs)
      #expect(try store.verify(.here) == [])
    case (.refused(let reason, let words), .failure(let error)):
      #expect(error.reason == reason, "\(error.message)")
      for word in words { #expect(error.message.contains(word), "'\(word)' in: \(error.message)") }
      #expect(error.message.unicodeScalars.allSatisfy { $0.value >= 0x20 }, "\(error.message)")
      try expectNothing()
    case (_, .success): Issue.record("it was endured")
    case (_, .failure(let error)): Issue.record("it was refused: \(error.message)")
    }
    // What does not end is not read to the end: 4 MiB of a pipe or a document, and what lies in sockets.
    #expect(registry.sent("") < 24 << 20)
    #expect(registry.requests.count <= behaviour.requestLimit, "\(registry.requests.map(\.target))")
    for request in foreign.requests {
      #expect(request.headers["authorization"] == nil, "\(request.target)")
      #expect(!request.target.contains("secret") && !request.body.contains("secret"))
    }
    try behaviour.check?(registry.requests, served)
  }

  private func expectNothing() throws {
    #expect(try store.images() == [])
    #expect(try scratch.directory("store/staging").byteEntries().isEmpty)
    try store.collect()
    for folder in ["l", "blobs/sha256"] {
      #expect(try scratch.directory("store/" + folder).byteEntries().isEmpty, "\(folder)")
    }
  }
}

/// One way in which a registry can be wrong.
struct Misbehaviour: CustomStringConvertible, Sendable {
  enum Outcome: Sendable {
    case endured
    case refused(ImageError.Reason, [String])

    static func refused(_ reason: ImageError.Reason, _ words: String...) -> Outcome { .refused(reason, words) }
  }

  /// What a registry is asked, and what it knows.
  struct Moment {
    let request: TestRequest
    let served: ServedImage
    let foreignPort: Int

    var isManifest: Bool { request.path == "/v2/a/manifests/tag" }
    var isLayer: Bool { request.path.hasSuffix(served.layer.digest.hex) }
    var isConfiguration: Bool { request.path.hasSuffix(ContentHash.digest(served.image.configuration).hex) }
    var layer: [UInt8] { served.layer.bytes }
    var first: Bool { request.earlier == 0 }
  }

  let description: String
  let outcome: Outcome
  /// Nil for what a good registry says.
  let reply: @Sendable (Moment) -> TestReply?
  /// What the other host says; nil as above.
  var foreign: (@Sendable (TestRequest, ServedImage) -> TestReply)?
  var needsCredentials = false
  var requestLimit = 24
  var isSlow = false
  var check: (@Sendable ([TestRequest], ServedImage) throws -> Void)?

  init(_ description: String, _ outcome: Outcome, _ reply: @escaping @Sendable (Moment) -> TestReply?) {
    self.description = description
    self.outcome = outcome
    self.reply = reply
  }

  static let credentials = Credentials(user: "user", password: "secret")
  static let basic = "Basic " + Data("user:secret".utf8).base64EncodedString()

  /// Short waits between attempts, so that the tests take none; where the registry does, it gets little time.
  var options: RegistryOptions {
    var options = RegistryOptions(environment: [:])
    options.isInsecure = true
    options.retries.firstSeconds = 0.01
    options.retries.longestSeconds = 0.05
    options.certificateFolders = []
    if isSlow {
      options.retries.attempts = 2
      options.timeouts.stallSeconds = 0.5
      options.timeouts.documentSeconds = 2
    }
    return options
  }

  /// Layers large enough to be cut in the middle.
  static let image: TestImage = {
    var noise = SystemRandomNumberGenerator()
    let bytes = (0..<(3 << 20) / 8).flatMap { _ in
      let word = noise.next()
      return (0..<8).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) }
    }
    return TestImage([
      TarBuilder.archive { $0.add("large", bytes) }, TarBuilder.archive { $0.file("small", "content") },
    ])
  }()

  static var all: [Misbehaviour] { busy + cut + wrongContent + endless + slow + redirects + tokens + documents + heads }
}

// MARK: - Servers in trouble

extension Misbehaviour {
  static let busy: [Misbehaviour] = [
    Misbehaviour("too many requests, once", .endured) { $0.isManifest && $0.first ? TestReply(429) : nil },
    Misbehaviour("too many requests, with a time to come back", .endured) { moment in
      moment.isLayer && moment.first ? TestReply(429, [("Retry-After", "1")]) : nil
    },
    Misbehaviour("too many requests, with a time in years", .endured) { moment in
      moment.isLayer && moment.first ? TestReply(429, [("Retry-After", "99999999999999999999")]) : nil
    },
    Misbehaviour("trouble that passes", .endured) {
      $0.request.earlier < 2 && !$0.isConfiguration ? TestReply(503) : nil
    },
    Misbehaviour("trouble that stays", .refused(.unreachable, "500")) { $0.isManifest ? TestReply(500) : nil },
    Misbehaviour("nothing there", .refused(.notFound, "MANIFEST_UNKNOWN: not here")) { moment in
      moment.isManifest ? TestRegistry.unknown : nil
    },
    Misbehaviour("a layer that is not there", .refused(.notFound)) { $0.isLayer ? TestReply(404) : nil },
    Misbehaviour("words that would move the cursor", .refused(.unreachable, "?[2J")) { moment in
      guard moment.isManifest else { return nil }
      return TestReply(400, text: #"{"errors": [{"code": "\u001b[2J", "message": "\u001b[2J"}]}"#)
    },
  ]

  private static func half(_ moment: Moment) -> [TestReply.Step] {
    [.pause(seconds: 0.05), .bytes(Array(moment.layer[..<(moment.layer.count / 2)])), .pause(seconds: 0.2), .cut]
  }

  private static func length(_ moment: Moment) -> [(String, String)] { [("Content-Length", "\(moment.layer.count)")] }

  static let cut: [Misbehaviour] = {
    var resumed = Misbehaviour("a connection cut in a layer", .endured) { moment in
      moment.isLayer && moment.first ? TestReply(200, length(moment)) + half(moment) : nil
    }
    resumed.check = { requests, served in
      let offsets = requests.filter { $0.path.hasSuffix(served.layer.digest.hex) }.map(\.offset)
      try #require(offsets.count == 2)
      // Not a byte is asked for twice.
      #expect(offsets[1] == served.layer.bytes.count / 2)
    }
    var ignorant = Misbehaviour("a connection cut in a layer, by one who knows no ranges", .endured) { moment in
      guard moment.isLayer else { return nil }
      return moment.first ? TestReply(200, length(moment)) + half(moment) : TestReply(200, [], moment.layer)
    }
    ignorant.check = { requests, served in
      #expect(requests.count { $0.path.hasSuffix(served.layer.digest.hex) } == 2)
    }
    return [
      resumed, ignorant,
      Misbehaviour("a connection cut in a layer, by one who cannot serve a rest", .endured) { moment in
        guard moment.isLayer else { return nil }
        if moment.first { return TestReply(200, length(moment)) + half(moment) }
        return moment.request.offset == nil ? TestReply(200, [], moment.layer) : TestReply(416)
      },
      Misbehaviour("a connection cut in every layer, at once", .refused(.unreachable, "closed")) { moment in
        moment.isLayer ? TestReply(200, length(moment)) + [.bytes([moment.layer[0]]), .cut] : nil
      },
      Misbehaviour("a connection cut in every head", .refused(.unreachable)) { moment in
        moment.isManifest ? TestReply([.bytes(Array("HTTP/1.1 200".utf8)), .cut]) : nil
      },
      Misbehaviour("another part than asked for", .refused(.malformed, "another part")) { moment in
        guard moment.isLayer else { return nil }
        if moment.first { return TestReply(200, length(moment)) + half(moment) }
        let count = moment.layer.count
        return TestReply(206, [("Content-Range", "bytes 1-\(count - 1)/\(count)")], Array(moment.layer[1...]))
      },
      Misbehaviour("a part of something larger", .refused(.malformed, "another part")) { moment in
        guard moment.isLayer, !moment.first else {
          return moment.isLayer ? TestReply(200, length(moment)) + half(moment) : nil
        }
        let (offset, count) = (moment.request.offset ?? 0, moment.layer.count)
        return TestReply(
          206, [("Content-Range", "bytes \(offset)-\(count - 1)/\(count + 5)")], Array(moment.layer[offset...]))
      },
    ]
  }()
}

// MARK: - Content that is not what was announced

extension Misbehaviour {
  static let wrongContent: [Misbehaviour] = [
    Misbehaviour("a layer with another content", .refused(.digestMismatch)) { moment in
      moment.isLayer ? TestReply(200, [], Array(moment.layer.dropLast()) + [moment.layer.last.map { ~$0 } ?? 0]) : nil
    },
    Misbehaviour("a layer said to be larger", .refused(.digestMismatch, "bytes, not")) { moment in
      guard moment.isLayer else { return nil }
      return TestReply(200, [("Content-Length", "\(moment.layer.count + 1)")], moment.layer + [0])
    },
    Misbehaviour("a layer said to be smaller", .refused(.digestMismatch, "bytes, not")) { moment in
      moment.isLayer ? TestReply(200, [], Array(moment.layer.dropLast())) : nil
    },
    Misbehaviour("a layer that ends early without saying so", .refused(.unreachable, "bytes came of")) { moment in
      guard moment.isLayer else { return nil }
      let part = TestReply.chunk(Array(moment.layer[..<1000])) + TestReply.chunk([])
      return .chunked() + [.bytes(part)]
    },
    Misbehaviour("a layer that was compressed on the way", .refused(.digestMismatch)) { moment in
      guard moment.isLayer, let packed = try? HostProgram.output(["gzip", "-c"], input: moment.layer) else {
        return nil
      }
      let padded = packed + [UInt8](repeating: 0, count: max(0, moment.layer.count - packed.count))
      return TestReply(200, [("Content-Encoding", "gzip")], Array(padded[..<moment.layer.count]))
    },
    Misbehaviour("a manifest under another's digest", .refused(.digestMismatch, "the registry says")) { moment in
      guard moment.isManifest else { return nil }
      return TestReply(
        200, [("Docker-Content-Digest", ContentHash.digest([1]).description)], moment.served.manifest)
    },
  ]

  private static let megabyte = [UInt8](repeating: 0x20, count: 1 << 20)

  static let endless: [Misbehaviour] = [
    Misbehaviour("a layer without end", .refused(.digestMismatch, "more than")) { moment in
      moment.isLayer ? .chunked() + [.endless(TestReply.chunk(megabyte))] : nil
    },
    Misbehaviour("a configuration without end", .refused(.digestMismatch, "more than")) { moment in
      moment.isConfiguration ? .chunked() + [.endless(TestReply.chunk(megabyte))] : nil
    },
    Misbehaviour("a manifest without end", .refused(.limitExceeded, "4194304")) { moment in
      moment.isManifest ? .chunked() + [.endless(TestReply.chunk(megabyte))] : nil
    },
    Misbehaviour("a manifest said to be huge", .refused(.limitExceeded, "4194304")) { moment in
      moment.isManifest ? TestReply(200, [("Content-Length", "5000000000000")]) + [.endless(megabyte)] : nil
    },
    Misbehaviour("an error without end", .refused(.limitExceeded, "1048576")) { moment in
      moment.isManifest ? .chunked(404) + [.endless(TestReply.chunk(megabyte))] : nil
    },
    Misbehaviour("an error without end instead of a layer", .refused(.limitExceeded, "1048576")) { moment in
      moment.isLayer ? .chunked(403) + [.endless(TestReply.chunk(megabyte))] : nil
    },
    Misbehaviour("many small chunks", .refused(.digestMismatch)) { moment in
      guard moment.isLayer else { return nil }
      let pieces = (0..<200).flatMap { _ in TestReply.chunk([UInt8](repeating: 7, count: 64)) }
      return .chunked() + [.endless(pieces)]
    },
  ]

  static let slow: [Misbehaviour] = tooSlow.map { behaviour in
    var behaviour = behaviour
    behaviour.isSlow = true
    return behaviour
  }

  private static let tooSlow: [Misbehaviour] = [
    Misbehaviour("answers that are none yet, without end", .refused(.unreachable)) { moment in
      moment.isManifest ? TestReply([.endless(Array("HTTP/1.1 103 Early\r\n\r\n".utf8))]) : nil
    },
    Misbehaviour("a layer byte by byte", .refused(.unreachable, "hardly anything came")) { moment in
      moment.isLayer ? TestReply(200, length(moment)) + [.drip(moment.layer, seconds: 0.02)] : nil
    },
    Misbehaviour("a layer that stands still", .refused(.unreachable, "hardly anything came")) { moment in
      moment.isLayer ? TestReply(200, length(moment)) + [.bytes([moment.layer[0]]), .pause(seconds: 90)] : nil
    },
    Misbehaviour("no answer at all", .refused(.unreachable)) { moment in
      moment.isManifest ? TestReply([.pause(seconds: 90)]) : nil
    },
    Misbehaviour("a head letter by letter", .refused(.unreachable)) { moment in
      moment.isManifest ? TestReply([.drip([UInt8](repeating: 65, count: 9999), seconds: 0.05)]) : nil
    },
    Misbehaviour("a manifest byte by byte", .refused(.unreachable)) { moment in
      guard moment.isManifest else { return nil }
      return TestReply(200, [("Content-Length", "4000000")]) + [.drip(megabyte, seconds: 0.05)]
    },
  ]
}
