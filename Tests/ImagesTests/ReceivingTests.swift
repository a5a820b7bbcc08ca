// Layers on their way from a registry: unpacked while they come, several at once.

import Foundation
import Linux
import Testing

@testable import Images

@Suite("Layers on their way", .enabled(if: Scratch.canUnpack, "devices and owners need root"))
struct ReceivingTests {
  private let scratch: Scratch
  private let store: Store

  init() throws {
    scratch = try Scratch(isInMemory: true)
    store = try Store(path: scratch.path + "/store")
  }

  private static func pull(
    _ registry: TestRegistry, into store: Store, _ unpacking: LayerUnpacking = .here
  ) async throws -> ImageRecord {
    var options = RegistryOptions(environment: [:])
    options.isInsecure = true
    let access = RegistryAccess(options)
    let reference = try Reference("\(registry.host)/a:tag")
    var pull = Pull(from: try await access.source(of: reference), into: store)
    pull.unpacking = unpacking
    let result: Result<ImageRecord, any Error>
    do { result = .success(try await pull.run(reference.target, named: reference)) } catch { result = .failure(error) }
    await access.end()
    return try result.get()
  }

  /// Two files, the second of which no compression makes small.
  private func great(_ file: String) -> [UInt8] {
    TarBuilder.archive { tar in
      tar.file(file)
      tar.add("great", (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) })
    }
  }

  /// Whether a file lies in some folder of staging.
  private func isStaged(_ file: String) -> Bool {
    let staging = scratch.path + "/store/staging"
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: staging)) ?? []
    return folders.contains { FileManager.default.fileExists(atPath: "\(staging)/\($0)/\(file)") }
  }

  @Test("a layer is unpacked before its last byte is there", arguments: [false, true])
  func onePass(byWorker: Bool) async throws {
    if byWorker { try #require(BuiltProgram.canRun, "the program is not built") }
    let served = try ServedImage(TestImage([great("first")]), in: scratch)
    let (path, bytes) = ("/v2/a/blobs/\(served.layer.digest)", served.layer.bytes)
    let registry = try await TestRegistry { request in
      guard request.path == path else { return served.reply(request) }
      return TestReply(200, [("Content-Length", "\(bytes.count)")]) + [
        .bytes(Array(bytes[..<(2 << 20)])), .pause(seconds: 4), .bytes(Array(bytes[(2 << 20)...])),
      ]
    }
    let unpacking = byWorker ? LayerUnpacking.worker(program: BuiltProgram.path) : .here
    let pulled = Task { [store] in try await Self.pull(registry, into: store, unpacking) }
    var seen = false
    for _ in 0..<1000 where !seen {
      seen = isStaged("first") && registry.sent(path) < bytes.count
      try await Task.sleep(for: .milliseconds(20))
      if registry.sent(path) >= bytes.count { break }
    }
    #expect(try await pulled.value.layers.map(\.diffID) == served.image.diffIDs)
    #expect(seen)
    #expect(try store.verify(.here) == [])
  }

  @Test("an archive that is none is refused at its end, when it is known to be what was announced")
  func refused() async throws {
    let evil = TarBuilder.archive { $0.file("../../climbs") } + great("x")
    let served = try ServedImage(TestImage([evil]), in: scratch)
    let honest = try await TestRegistry { served.reply($0) }
    await expect(.malformed, "leads out of the layer") { try await Self.pull(honest, into: store) }
    // Else its content would be there.
    try store.collect()
    // The same, and damaged as well: that is the registry's doing, whatever the archive looks like.
    let liar = try await TestRegistry { request in
      guard request.path.hasSuffix(served.layer.digest.hex) else { return served.reply(request) }
      return TestReply(200, [], served.layer.bytes.dropLast() + [7])
    }
    await expect(.digestMismatch, "the content has the digest") { try await Self.pull(liar, into: store) }
    #expect(try store.images() == [])
    #expect(try scratch.directory("store/staging").byteEntries().isEmpty)
  }

  private func expect(_ reason: ImageError.Reason, _ words: String, _ body: () async throws -> ImageRecord) async {
    do {
      _ = try await body()
      Issue.record("it was taken")
    } catch let error as ImageError {
      #expect(error.reason == reason && error.message.contains(words), "\(error.message)")
    } catch {
      Issue.record("\(error)")
    }
  }

  @Test("as many layers as allowed come at once, the others after them")
  func parallel() async throws {
    let layers = (0..<5).map { index in TarBuilder.archive { $0.file("f\(index)") } }
    let served = try ServedImage(TestImage(layers), in: scratch)
    let digests = Set(layers.map { ContentHash.digest($0).description })
    // All of them are as long.
    let length = ("Content-Length", "\(layers[0].count)")
    let registry = try await TestRegistry { request in
      let name = request.path.split(separator: "/").last.map(String.init) ?? ""
      return digests.contains(name) ? TestReply(200, [length]) + [.pause(seconds: 600)] : served.reply(request)
    }
    let pulled = Task { [store] in try await Self.pull(registry, into: store) }
    func count() -> Int { registry.requests.count { request in digests.contains { request.path.hasSuffix($0) } } }
    for _ in 0..<500 where count() < 3 { try await Task.sleep(for: .milliseconds(20)) }
    // A fourth would have come by then.
    try await Task.sleep(for: .milliseconds(300))
    #expect(count() == 3)
    pulled.cancel()
    await #expect(throws: ImageError.self) { try await pulled.value }
    #expect(try scratch.directory("store/staging").byteEntries().isEmpty)
  }
}
