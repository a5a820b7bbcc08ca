// The program `apus-image` and registries: pull, login, logout, and what it says meanwhile.

import Foundation
import Testing

@testable import Images

@Suite(
  "apus-image and registries", .serialized,
  .enabled(if: BuiltProgram.canRun, "the program is not built, or this is not root"))
struct RegistryProgramTests {
  private let scratch: Scratch
  private let registry: TestRegistry
  private let served: ServedImage

  init() async throws {
    scratch = try Scratch(isInMemory: true)
    served = try ServedImage(TestImage.sample, in: scratch)
    registry = try await TestRegistry { [served] request in
      guard request.headers["authorization"] == Misbehaviour.basic else {
        return TestReply(401, [("WWW-Authenticate", #"Basic realm="test""#)])
      }
      // A layer takes its time, so that its bar is seen.
      guard request.path.hasSuffix(served.layer.digest.hex) else { return served.reply(request) }
      return TestReply(200, [("Content-Length", "\(served.layer.bytes.count)")]) + [
        .bytes(Array(served.layer.bytes[..<100])), .pause(seconds: 0.7), .bytes(Array(served.layer.bytes[100..<500])),
        .pause(seconds: 0.7), .bytes(Array(served.layer.bytes[500...])),
      ]
    }
  }

  /// What a shell's line says on both of its outputs, and its exit code at the end.
  private func shell(_ line: String) throws -> String {
    let script = """
      export REGISTRY_AUTH_FILE=\(scratch.path)/auth/auth.json HOME=\(scratch.path)
      image() { command=$1; shift; \(BuiltProgram.path) $command "$@"; }
      store="--root \(scratch.path)/store"
      registry=\(registry.host)
      { \(line)\n} 2>&1; echo "exit $?"
      """
    return String(decoding: try HostProgram.output(["bash", "-c", script]), as: UTF8.self)
  }

  private var authFile: String {
    (try? String(contentsOfFile: scratch.path + "/auth/auth.json", encoding: .utf8)) ?? ""
  }

  @Test("who logs in may pull, who logs out may not")
  func login() throws {
    #expect(try shell("image pull $store --tls-verify=false $registry/a:tag").contains("log in first"))
    let wrong = try shell("echo wrong | image login --tls-verify=false -u user --password-stdin $registry")
    #expect(wrong.contains("the user or the password is wrong") && wrong.hasSuffix("exit 1\n"), "\(wrong)")
    #expect(authFile.isEmpty)
    let right = try shell("echo secret | image login --tls-verify=false -u user --password-stdin $registry")
    #expect(right == "Login Succeeded!\nexit 0\n")
    let attributes = try FileManager.default.attributesOfItem(atPath: scratch.path + "/auth/auth.json")
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    #expect(try shell("image login --get-login $registry") == "user\nexit 0\n")
    #expect(try shell("image login --tls-verify=false $registry").contains("Already logged in to"))
    let pulled = try shell("image pull $store --tls-verify=false $registry/a:tag")
    #expect(pulled.contains("\(ContentHash.digest(served.image.configuration))\nexit 0"), "\(pulled)")
    #expect(try shell("image images $store").contains("\(registry.host)/a"))
    #expect(try shell("image logout $registry").contains("Removed login credentials for \(registry.host)"))
    #expect(try shell("image logout $registry") == "apus-image: not logged into \(registry.host)\nexit 1\n")
    #expect(try shell("image login --get-login $registry").contains("not logged into"))
    #expect(
      try shell("image rmi $store $registry/a:tag; image pull $store --tls-verify=false $registry/a:tag")
        .contains("log in first"))
  }

  @Test("credentials on the command line, for another platform, as a document")
  func format() throws {
    let flags = "$store --tls-verify=false --creds user:secret --format json docker://$registry/a:tag"
    let output = try shell("image pull \(flags)")
    let text = output.replacing("exit 0\n", with: "")
    let document = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    #expect(document?["id"] as? String == ContentHash.digest(served.image.configuration).description, "\(output)")
    #expect(try shell("image pull --platform linux/s390x \(flags)").contains("not for linux/s390x"))
  }

  @Test("other entries of an auth file stay as they are")
  func otherEntries() throws {
    _ = try scratch.directory("auth")
    let before = #"{"auths": {"other.io": {"auth": "dTpw", "email": "x"}}, "extra": {"kept": [1, 2]}}"#
    try Data(before.utf8).write(to: URL(filePath: scratch.path + "/auth/auth.json"))
    _ = try shell("image login --tls-verify=false -u user -p secret $registry/some/folder")
    #expect(
      authFile.contains("\(registry.host)/some/folder") && authFile.contains("email") && authFile.contains("kept"))
    #expect(try shell("image logout $registry/some/folder").contains("Removed"))
    let after = try JSONSerialization.jsonObject(with: Data(authFile.utf8)) as? NSDictionary
    #expect(try after == JSONSerialization.jsonObject(with: Data(before.utf8)) as? NSDictionary)
    #expect(try shell("image logout --all").contains("all registries") && !authFile.contains("other.io"))
  }

  @Test("a helper keeps the credentials where the auth file says so")
  func helper() throws {
    _ = try scratch.directory("auth")
    _ = try scratch.directory("bin")
    try Data(#"{"credHelpers": {"\#(registry.host)": "test"}}"#.utf8)
      .write(to: URL(filePath: scratch.path + "/auth/auth.json"))
    let program = scratch.path + "/bin/docker-credential-test"
    let script = """
      #!/bin/bash
      cd \(scratch.path)
      case $1 in
        store) cat >kept ;;
        get) [ -e kept ] && cat kept || { echo credentials not found in native keychain; exit 1; } ;;
        erase) rm kept ;;
      esac
      """
    try Data(script.utf8).write(to: URL(filePath: program))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
    let path = "PATH=\(scratch.path)/bin:$PATH;"
    #expect(try shell("\(path) image login --get-login $registry").contains("not logged into"))
    #expect(try shell("\(path) image login --tls-verify=false -u user -p secret $registry").contains("Succeeded"))
    #expect(!authFile.contains("auths"))
    #expect(try shell("\(path) image login --get-login $registry") == "user\nexit 0\n")
    #expect(try shell("\(path) image pull $store --tls-verify=false $registry/a:tag").contains("exit 0"))
    #expect(try shell("\(path) image logout $registry").contains("Removed"))
  }

  @Test("a password is asked for on a terminal, and not shown")
  func prompt() throws {
    // The second line is typed when the question was seen.
    let typed = "(sleep 1; printf 'user\\n'; sleep 1; printf 'sx\\177ecret\\r'; sleep 2)"
    let line = "\(BuiltProgram.path) login --tls-verify=false \(registry.host)"
    let output = try shell("\(typed) | script -qec '\(line)' /dev/null")
    #expect(output.contains("Username: ") && output.contains("Password: ") && output.contains("Login Succeeded!"))
    #expect(!output.contains("ecret"), "\(output)")
  }

  @Test("bars on a terminal, lines elsewhere")
  func progress() throws {
    let flags = "--root \(scratch.path)/store --tls-verify=false --creds user:secret \(registry.host)/a:tag"
    let terminal = try shell("script -qec 'stty cols 100; \(BuiltProgram.path) pull \(flags)' /dev/null")
    let short = served.layer.digest.short
    #expect(terminal.contains("\(short) ["), "\(terminal)")
    #expect(
      terminal.contains(try Regex("\(short) \\[=+>? *\\] [0-9.]+ k?B / [0-9.]+ kB  [0-9.]+ k?B/s  [0-9]+ s")),
      "\(terminal)")
    #expect(terminal.contains("\u{1b}[J") && terminal.contains("\(short): unpacked"))
    _ = try shell("image rmi $store \(registry.host)/a:tag")
    let plain = try shell("image pull \(flags)")
    #expect(!plain.contains("\u{1b}") && !plain.contains("["), "\(plain)")
    for word in ["3 layers", "\(short): fetched", "\(short): unpacked"] { #expect(plain.contains(word)) }
  }
}

@Suite("Progress of a pull")
struct PullProgressTests {
  @Test("rates and the time left follow the bytes")
  func rates() {
    let content = Content(digest: ContentHash.digest([1]), size: 1000)
    var progress = PullProgress()
    progress.take(.layers([content, content]), at: 0)
    #expect(progress.layers.count == 1)
    progress.take(.fetching(content.digest, 0), at: 10)
    #expect(progress.layers[0].secondsLeft == nil)
    progress.take(.fetching(content.digest, 100), at: 10.25)
    #expect(progress.layers[0].rate == 0 && progress.layers[0].bytes == 100)
    progress.take(.fetching(content.digest, 200), at: 11)
    #expect(progress.layers[0].rate == 200 && progress.layers[0].secondsLeft == 4)
    progress.take(.fetching(content.digest, 600), at: 12)
    #expect(progress.layers[0].rate == 300)
    progress.take(.fetched(content.digest), at: 13)
    #expect(progress.layers[0].stage == .unpacking && progress.layers[0].secondsLeft == nil)
    progress.take(.unpacked(content.digest), at: 14)
    #expect(progress.layers[0].stage == .done)
  }
}
