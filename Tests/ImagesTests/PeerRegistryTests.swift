// Images of a registry of another project, pushed by other tools.

import Foundation
import Linux
import Testing

@testable import Images

@Suite(
  "Docker's registry", .serialized,
  .enabled(if: PeerRegistry.isInstalled && TestCertificate.canMake, "docker-registry, skopeo or openssl is missing"),
  .enabled(if: Scratch.canUnpack, "devices and owners need root"))
struct PeerRegistryTests {
  private let scratch: Scratch
  private let store: Store
  private let security: TestCertificate

  init() throws {
    scratch = try Scratch(isInMemory: true)
    store = try Store(path: scratch.path + "/store")
    security = try TestCertificate(in: scratch.path)
    var image = TestImage.varied
    image.program = "gzip"
    image.name = "tag"
    try image.write(to: scratch.path + "/image")
  }

  private var options: RegistryOptions {
    var options = RegistryOptions(environment: [:])
    options.certificateFolder = security.folder
    options.authFile = scratch.path + "/auth.json"
    options.retries.firstSeconds = 0.01
    return options
  }

  private func pull(
    _ name: String, _ options: RegistryOptions, credentials: Credentials? = nil
  ) async throws -> ImageRecord {
    let access = RegistryAccess(options)
    let reference = try Reference(name)
    var pull = Pull(from: try await access.source(of: reference, credentials: credentials), into: store)
    pull.unpacking = .here
    let result: Result<ImageRecord, any Error>
    do { result = .success(try await pull.run(reference.target, named: reference)) } catch { result = .failure(error) }
    await access.end()
    return try result.get()
  }

  private func expectRefusal(_ reason: ImageError.Reason, _ body: () async throws -> ImageRecord) async throws {
    do {
      _ = try await body()
      Issue.record("it was taken")
    } catch let error as ImageError {
      #expect(error.reason == reason, "\(error.message)")
    }
  }

  @Test("an image comes over TLS, with a password, whole and once")
  func basic() async throws {
    let peer = try await PeerRegistry(.basic, security: security, in: scratch)
    try peer.take(scratch.path + "/image:tag", as: "some/image:1", security)
    let image = try await pull("\(peer.host)/some/image:1", options, credentials: Misbehaviour.credentials)
    #expect(image.layers.map(\.diffID) == TestImage.varied.diffIDs)
    #expect(try store.verify(.here) == [])
    // The same by its digest, by the credentials of an auth file.
    var editor = try AuthFileEditor(path: scratch.path + "/auth.json")
    editor.set(Misbehaviour.credentials, for: peer.host + "/some")
    try editor.write()
    let again = try await pull("\(peer.host)/some/image@\(image.manifest)", options)
    #expect(again.id == image.id)
    try await expectRefusal(.unauthorized) {
      let wrong = Credentials(user: "user", password: "wrong")
      return try await pull("\(peer.host)/some/image:1", options, credentials: wrong)
    }
    try await expectRefusal(.notFound) { try await pull("\(peer.host)/some/image:2", options) }
    var untrusting = options
    untrusting.certificateFolder = nil
    try await expectRefusal(.unreachable) { try await pull("\(peer.host)/some/image:1", untrusting) }
    untrusting.isInsecure = true
    #expect(try await pull("\(peer.host)/some/image:1", untrusting).id == image.id)
  }

  @Test("tokens are got by password, and for an identity token")
  func tokens() async throws {
    let tokens = try TokenServer(security)
    let server = try await TestRegistry(security: security) { tokens.reply($0) }
    let peer = try await PeerRegistry(
      .token(server: "https://\(server.host)/token"), security: security, in: scratch)
    try peer.take(scratch.path + "/image:tag", as: "some/image:1", security)
    let image = try await pull("\(peer.host)/some/image:1", options, credentials: Misbehaviour.credentials)
    #expect(image.layers.map(\.diffID) == TestImage.varied.diffIDs)
    let count = server.requests.count
    var other = options
    other.authFile = scratch.path + "/identity.json"
    try Data(#"{"auths": {"\#(peer.host)": {"identitytoken": "identity"}}}"#.utf8)
      .write(to: URL(filePath: scratch.path + "/identity.json"))
    #expect(try await pull("\(peer.host)/some/image:1", other).id == image.id)
    #expect(server.requests.count == count + 1)
    #expect(server.requests.last?.method == "POST")
    try await expectRefusal(.unauthorized) { try await pull("\(peer.host)/some/image:1", options) }
  }

  @Test("a token for the registry itself is shown to it, and to nobody else")
  func registryToken() async throws {
    let served = try ServedImage(TestImage.sample, in: scratch)
    let foreign = try await TestRegistry(security: security) { served.reply($0) }
    let registry = try await TestRegistry(security: security) { request in
      guard request.headers["authorization"] == "Bearer given" else {
        return TestReply(401, [("WWW-Authenticate", #"Bearer realm="https://\#(foreign.host)/token",service="s""#)])
      }
      guard request.path.contains("/blobs/") else { return served.reply(request) }
      return TestReply(307, [("Location", "https://\(foreign.host)\(request.path)")])
    }
    let given = Credentials(user: "", password: "", registryToken: "given")
    #expect(try await pull("\(registry.host)/a:tag", options, credentials: given).layers.count == 3)
    #expect(!foreign.requests.isEmpty && foreign.requests.allSatisfy { $0.headers["authorization"] == nil })
    let count = foreign.requests.count
    for token in ["other", "given\r\nX: y"] {
      let wrong = Credentials(user: "user", password: "secret", registryToken: token)
      try await expectRefusal(token == "other" ? .unauthorized : .invalidInput) {
        try await pull("\(registry.host)/a:tag", options, credentials: wrong)
      }
    }
    // It stands alone: no password is shown in its place, and no other token asked for.
    #expect(foreign.requests.count == count)
  }

  @Test("what the settings say of one registry holds of no other")
  func insecureRegistries() async throws {
    let served = try ServedImage(TestImage.sample, in: scratch)
    let (first, second) = (try await TestRegistry { served.reply($0) }, try await TestRegistry { served.reply($0) })
    var options = options
    options.certificateFolder = nil
    options.insecureRegistries = [first.host]
    #expect(try await pull("\(first.host)/a:tag", options).layers.count == 3)
    try await expectRefusal(.unreachable) { try await pull("\(second.host)/a:tag", options) }
    #expect(second.requests.isEmpty)
  }

  @Test("a registry without TLS is asked only where that is allowed")
  func plain() async throws {
    let peer = try await PeerRegistry(.open, security: nil, in: scratch)
    try peer.take(scratch.path + "/image:tag", as: "a:1", nil)
    var options = options
    options.certificateFolder = nil
    try await expectRefusal(.unreachable) { try await pull("\(peer.host)/a:1", options) }
    options.isInsecure = true
    #expect(try await pull("\(peer.host)/a:1", options).layers.map(\.diffID) == TestImage.varied.diffIDs)
  }

  @Test(
    "what buildah pushes, compressed in both ways, is read",
    .enabled(if: HostProgram.has("buildah"), "buildah is not installed"), arguments: ["gzip", "zstd"])
  func buildah(compression: String) async throws {
    let peer = try await PeerRegistry(.open, security: nil, in: scratch)
    let storage = "--root \(scratch.path)/storage --runroot \(scratch.path)/run --storage-driver vfs"
    let script = """
      set -e; cd \(scratch.path); echo content >file
      c=$(buildah \(storage) from scratch)
      buildah \(storage) add -q $c file /folder/file
      buildah \(storage) config --entrypoint '["/folder/file"]' $c
      buildah \(storage) commit -q --disable-compression=false $c built
      buildah \(storage) push -q --tls-verify=false --compression-format \(compression) built docker://\(peer.host)/b:1
      """
    let output = try HostProgram.output(["bash", "-c", "{ \(script)\n} 2>&1 || echo failed"])
    let said = String(decoding: output, as: UTF8.self)
    try #require(!said.contains("failed"), "\(said)")
    var options = options
    options.isInsecure = true
    let image = try await pull("\(peer.host)/b:1", options)
    let configuration = try ImageConfiguration.decode(try store.document(image.id), layers: image.layers.count)
    #expect(configuration.container.entrypoint == ["/folder/file"])
    #expect(try scratch.tree("store/l/\(image.layers[0].id)").paths.contains("folder/file"))
  }

  @Test("the client's certificate is shown to the registry, and to nobody else")
  func clientCertificate() async throws {
    let served = try ServedImage(TestImage.sample, in: scratch)
    var guarded = security
    guarded.wantsClient = true
    let (open, shut) = (
      try await TestRegistry(security: security) { served.reply($0) },
      try await TestRegistry(security: guarded) { served.reply($0) }
    )
    for (foreign, isTaken) in [(open, true), (shut, false)] {
      let registry = try await TestRegistry(security: guarded) { request in
        guard request.path.contains("/blobs/") else { return served.reply(request) }
        return TestReply(307, [("Location", "https://\(foreign.host)\(request.path)")])
      }
      if isTaken {
        #expect(try await pull("\(registry.host)/a:tag", options).layers.count == 3)
        _ = try store.remove("\(registry.host)/a:tag")
        try store.collect()
      } else {
        try await expectRefusal(.unreachable) { try await pull("\(registry.host)/a:tag", options) }
        #expect(foreign.requests.isEmpty && !registry.requests.isEmpty)
      }
    }
  }

  @Test("a redirect to an address without TLS is refused")
  func downgrade() async throws {
    let served = try ServedImage(TestImage.sample, in: scratch)
    let plain = try await TestRegistry { served.reply($0) }
    let registry = try await TestRegistry(security: security) { request in
      guard request.path.contains("/blobs/") else { return served.reply(request) }
      return TestReply(307, [("Location", "http://\(plain.host)\(request.path)")])
    }
    try await expectRefusal(.unauthorized) { try await pull("\(registry.host)/a:tag", options) }
    let tokens = try await TestRegistry(security: security) { _ in
      TestReply(401, [("WWW-Authenticate", #"Bearer realm="http://\#(plain.host)/token""#)])
    }
    try await expectRefusal(.unauthorized) {
      try await pull("\(tokens.host)/a:tag", options, credentials: Misbehaviour.credentials)
    }
    #expect(plain.requests.isEmpty)
  }

  @Test("a proxy stands between, where the environment says so", arguments: [true, false])
  func proxy(isSecure: Bool) async throws {
    let served = try ServedImage(TestImage.sample, in: scratch)
    let registry = try await TestRegistry(security: isSecure ? security : nil) { served.reply($0) }
    let proxy = try await TestProxy(to: registry.port)
    var options = options
    options.isInsecure = !isSecure
    // What is no name of this host goes through the proxy, whose end it is to know where that lies.
    options.environment = [
      "HTTPS_PROXY": "http://name:pass@127.0.0.1:\(proxy.port)",
      "HTTP_PROXY": "http://plain:word@127.0.0.1:\(proxy.port)",
    ]
    let host = "registry.test:\(registry.port)"
    #expect(try await pull("\(host)/a:tag", options).layers.count == 3)
    if isSecure {
      #expect(proxy.heads.allSatisfy { $0.hasPrefix("CONNECT \(host) ") }, "\(proxy.heads)")
      #expect(proxy.heads.allSatisfy { $0.contains("Basic bmFtZTpwYXNz") })
    } else {
      // After a look whether there is TLS: a proxy need not open tunnels to anything else.
      let plain = proxy.heads.filter { !$0.hasPrefix("CONNECT ") }
      #expect(!plain.isEmpty && plain.allSatisfy { $0.hasPrefix("GET http://\(host)/v2/") }, "\(proxy.heads)")
      #expect(plain.allSatisfy { $0.lowercased().contains("\r\nhost: \(host)\r\n") })
      #expect(plain.allSatisfy { $0.contains("Basic cGxhaW46d29yZA==") })
      #expect(registry.requests.allSatisfy { $0.headers["host"] == host })
    }
    options.environment["NO_PROXY"] = "registry.test"
    let count = proxy.heads.count
    try await expectRefusal(.unreachable) { try await pull("\(host)/a:tag", options) }
    #expect(proxy.heads.count == count)
  }
}
