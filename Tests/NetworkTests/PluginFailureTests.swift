// What plugins may do wrong: hang, babble, write garbage, die.

import Foundation
import Linux
import Testing

@testable import ContainerNetwork

@Suite("Plugins that go wrong")
struct PluginFailureTests {
  private func failedAdd(_ script: String, timeLimitMilliseconds: Int64 = 10_000) throws -> NetworkError? {
    let plugins = try FakePlugins("one")
    try plugins.behave("one", .add, script)
    let client = plugins.client(timeLimitMilliseconds: timeLimitMilliseconds)
    let error = failure { _ = try client.add(try attachment(), to: try list("1.0.0", "one"), .v100) }
    #expect(plugins.calls == ["ADD one", "DEL one"] && plugins.cachedFiles == [], "\(script)")
    return error
  }

  @Test(
    "an answer that is no result is an error that shows it",
    arguments: [
      ("echo hello", "plugin 'one': ADD: byte 0: no value begins so, in 'hello '"),
      ("echo '[]'", "plugin 'one': ADD: the result: expected an object, found a list"),
      ("echo '{\"ips\":'", "plugin 'one': ADD: byte 8: the document ends early, in '{\"ips\": '"),
      ("printf '\\377\\376'", "plugin 'one': ADD: byte 0: no value begins so, in '\u{fffd}\u{fffd}'"),
      ("true", "plugin 'one': ADD: byte 0: the document ends early, in ''"),
      ("echo '{\"cniVersion\":\"7.0.0\"}'", "plugin 'one': ADD: the result: cniVersion: '7.0.0' is not supported"),
      (
        "echo '{\"ips\":[{\"address\":\"10.0.0.300/8\"}]}'",
        "plugin 'one': ADD: the result: ips[0]: '10.0.0.300/8' is no address with a prefix length"
      ),
      (
        "echo '{\"ips\":[{\"address\":\"10.0.0.3/33\"}]}'",
        "plugin 'one': ADD: the result: ips[0]: '10.0.0.3/33' is no address with a prefix length"
      ),
    ])
  func garbage(script: String, message: String) throws {
    let error = try failedAdd(script + "; exit 0")
    #expect(error?.kind == .answer)
    #expect(error?.message == message)
  }

  @Test(
    "an end without an error document tells code or signal, and what was written",
    arguments: [
      ("echo oops >&2; echo out; exit 9", "plugin 'one': ADD: exit code 9: oops  out "),
      ("kill -KILL $$", "plugin 'one': ADD: signal 9"),
      ("printf '{\"code\":7,\"msg\":\"a\\\\u001b[2Jb\\\\nc\"}'; exit 1", "plugin 'one': ADD: a [2Jb c"),
    ])
  func ends(script: String, message: String) throws {
    #expect(try failedAdd(script)?.message == message)
  }

  @Test("a plugin that takes too long is killed with what it started")
  func timeout() throws {
    let mark = "apus-network-\(UUID().uuidString)"
    let script = "sh -c 'sleep 300; : \(mark)' & sleep 300"
    let error = try failedAdd(script, timeLimitMilliseconds: 1000)
    #expect(error == NetworkError(.timeout, "plugin 'one': ADD: killed after 1 s"))
    #expect(try Self.processes(with: mark).isEmpty)
  }

  @Test("a child that a plugin leaves behind holds nobody up, though it keeps the pipes open")
  func leftChild() throws {
    let plugins = try FakePlugins("one")
    try plugins.behave("one", .add, "sleep 30 & echo $! >'\(plugins.folder)/log/pid'")
    let begin = Moment.monotonic()
    _ = try plugins.client().add(try attachment(), to: try list("1.0.0", "one"), .v100)
    let pid = Int32(try plugins.read("log/pid").split(separator: "\n")[0]) ?? 0
    #expect(pid > 1)
    try? sendSignal(Signal.kill, to: pid)
    #expect(Moment.monotonic().milliseconds(since: begin) < 25_000)
  }

  @Test("output without end is cut off: the plugin is killed")
  func endlessOutput() throws {
    let error = try failedAdd("exec yes")
    #expect(error == NetworkError(.answer, "plugin 'one': ADD: killed, as it wrote more than 4 MiB"))
  }

  @Test("of a flood of errors the end is kept, and the answer counts")
  func endlessErrors() throws {
    let error = try failedAdd("yes | head -c 20000000 >&2; echo last >&2; exit 5")
    #expect(error?.message.hasPrefix("plugin 'one': ADD: exit code 5: ") == true)
    #expect(error?.message.hasSuffix("y last ") == true && (error?.message.utf8.count ?? 0) < 2000)
    let plugins = try FakePlugins("one")
    try plugins.behave("one", .add, "yes | head -c 20000000 >&2")
    _ = try plugins.client().add(try attachment(), to: try list("1.0.0", "one"), .v100)
  }

  @Test("a plugin that reads nothing harms nobody, however long its configuration")
  func readsNothing() throws {
    let plugins = try FakePlugins()
    try plugins.write("bin/deaf", "#!/bin/sh\necho '{\"cniVersion\":\"1.0.0\"}'\n", mode: 0o755)
    let long = String(repeating: "x", count: 1 << 20)
    let net = try network(
      "{\"cniVersion\":\"1.0.0\",\"name\":\"n\",\"plugins\":[{\"type\":\"deaf\",\"x\":\"\(long)\"}]}")
    _ = try plugins.client().add(try attachment(), to: net, .v100)
  }

  @Test("a plugin that is not there, or not executable, is an error before anything is done")
  func missing() throws {
    let plugins = try FakePlugins()
    try plugins.write("bin/plain", "#!/bin/sh\n", mode: 0o644)
    for type in ["absent", "plain"] {
      let error = failure { _ = try plugins.client().add(try attachment(), to: try list("1.0.0", type), .v100) }
      #expect(error == NetworkError(.notReady, "plugin '\(type)' is in none of \(plugins.folder)/bin"))
    }
  }

  // Red when a plugin is looked for by a joined path: CVE-2021-20206.
  @Test(
    "a plugin's type is a plain file name",
    arguments: [
      "../../bin/sh", "/bin/sh", "..", ".", "", "a/b", "x\\y", "a b", "sh\u{0}", "sh\n", "\u{7f}",
    ])
  func typeIsPlain(type: String) throws {
    let document: JSONValue = [
      "cniVersion": "1.0.0", "name": "n", "plugins": [["type": .string(type)]],
    ]
    let error = failure { _ = try NetworkList(document, file: "f") }
    #expect(error?.kind == .configuration && error?.message.hasPrefix("f: plugins[0]: type: ") == true)
    let nested: JSONValue = ["cniVersion": "1.0.0", "name": "n", "type": "ok", "ipam": ["type": .string(type)]]
    if !type.isEmpty { #expect(failure { _ = try NetworkList(nested, file: "f") }?.kind == .configuration) }
    #expect(PluginFolders(["/usr/bin", "/bin"]).path(of: type) == nil)
  }

  private static func processes(with mark: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { name in
      Int(name) != nil
        && ((try? String(contentsOfFile: "/proc/\(name)/cmdline", encoding: .utf8)) ?? "").contains(mark)
    }
  }
}
