// Which files describe a network, and what is wrong with the others.

import Foundation
import Testing

@testable import ContainerNetwork

@Suite("Configurations of networks")
struct ConfigurationTests {
  private let good = #"{"cniVersion":"1.0.0","name":"NAME","plugins":[{"type":"one"}]}"#

  private func file(_ name: String) -> String { good.replacingOccurrences(of: "NAME", with: name) }

  @Test("files are read in the order of their names; a bad one keeps no other out, of two names the first counts")
  func order() throws {
    let plugins = try FakePlugins()
    try plugins.write("net.d/20-b.conflist", file("b"))
    try plugins.write("net.d/10-bad.conflist", "{")
    try plugins.write("net.d/30-single.conf", #"{"cniVersion":"0.4.0","name":"c","type":"one","x":1}"#)
    try plugins.write("net.d/15-json.json", file("d"))
    try plugins.write("net.d/40-again.conflist", file("b"))
    try plugins.write("net.d/05-ignored.txt", file("e"))
    try FileManager.default.createDirectory(
      atPath: plugins.folder + "/net.d/01-folder.conf", withIntermediateDirectories: false)
    let loaded = ConfigurationFolder(path: plugins.folder + "/net.d").load()
    #expect(loaded.networks.map(\.name) == ["d", "b", "c"])
    let folder = plugins.folder + "/net.d"
    #expect(
      loaded.problems == [
        "\(folder)/10-bad.conflist: byte 1: expected a name",
        "\(folder)/40-again.conflist: network 'b' is described in \(folder)/20-b.conflist already",
      ])
  }

  @Test("a folder that is not there has no networks, and a fifo in it holds nobody up")
  func noFolder() throws {
    #expect(ConfigurationFolder(path: "/nowhere/net.d").load() == LoadedNetworks())
    let plugins = try FakePlugins()
    let made = unsafe mkfifo(plugins.folder + "/net.d/a.conf", 0o600)
    #expect(made == 0)
    let loaded = ConfigurationFolder(path: plugins.folder + "/net.d").load()
    #expect(loaded.networks.isEmpty && loaded.problems.count == 1)
  }

  @Test("plugins may lie in a folder of the network's name, unless the file says that it is complete")
  func pluginFolder() throws {
    let plugins = try FakePlugins()
    try plugins.write("net.d/10-a.conflist", #"{"cniVersion":"1.1.0","name":"a"}"#)
    try plugins.write("net.d/20-b.conflist", file("b"))
    try plugins.write(
      "net.d/30-c.conflist",
      #"{"cniVersion":"1.1.0","name":"c","loadOnlyInlinedPlugins":true,"plugins":[{"type":"in"}]}"#)
    for name in ["a", "b", "c"] {
      try FileManager.default.createDirectory(
        atPath: plugins.folder + "/net.d/" + name, withIntermediateDirectories: false)
      try plugins.write("net.d/\(name)/20-y.conf", #"{"type":"y"}"#)
      try plugins.write("net.d/\(name)/10-x.conf", #"{"type":"x","k":1.50}"#)
      try plugins.write("net.d/\(name)/30-z.conflist", #"{"type":"z"}"#)
    }
    let loaded = ConfigurationFolder(path: plugins.folder + "/net.d").load()
    #expect(loaded.problems == [])
    #expect(loaded.networks.map { $0.plugins.map(\.type) } == [["x", "y"], ["one", "x", "y"], ["in"]])
    #expect(loaded.pluginFolders.count == 2)
    // What is remembered is complete, wherever the plugins came from.
    let again = try NetworkList(loaded.networks[0].document(.v110), file: "record")
    #expect(again.plugins == loaded.networks[0].plugins)
  }

  @Test(
    "what makes no sense names the file and the field",
    arguments: [
      ("[]", "f: expected an object, found a list"),
      ("{}", "f: name: expected the name of the network"),
      (#"{"name":"a/b"}"#, "f: name: 'a/b' may hold letters, digits, '_', '.' and '-' only"),
      (#"{"name":"-a"}"#, "f: name: '-a' may hold letters, digits, '_', '.' and '-' only"),
      (#"{"name":"a:b"}"#, "f: name: 'a:b' may hold letters, digits, '_', '.' and '-' only"),
      (#"{"name":"a","plugins":{}}"#, "f: plugins: expected a list, found an object"),
      (#"{"name":"a","plugins":[],"loadOnlyInlinedPlugins":true}"#, "f: plugins: there is none"),
      (#"{"name":"a","plugins":[1]}"#, "f: plugins[0]: expected an object, found the number 1"),
      (#"{"name":"a","plugins":[{"name":"x"}]}"#, "f: plugins[0]: type: expected the name of a plugin"),
      (
        #"{"name":"a","plugins":[{"type":"x","capabilities":[]}]}"#,
        "f: plugins[0]: capabilities: expected an object, found a list"
      ),
      (#"{"name":"a","cniVersion":"2.0.0","type":"x"}"#, "f: cniVersion: 2.0.0 is not supported, up to 1.1.0 is"),
      (#"{"name":"a","cniVersion":"x","type":"x"}"#, "f: cniVersion: 'x' is no version"),
      (#"{"name":"a","cniVersion":1.0,"type":"x"}"#, "f: cniVersion: the number 1.0 is no version"),
      (#"{"name":"a","cniVersions":"1.0.0","type":"x"}"#, "f: cniVersions: expected a list, found a string"),
      (#"{"name":"a","disableCheck":1,"type":"x"}"#, "f: disableCheck: expected true or false, found the number 1"),
    ])
  func wrong(text: String, message: String) throws {
    let document = try JSONValue(parsing: [UInt8](text.utf8))
    #expect(failure { _ = try NetworkList(document, file: "f") } == NetworkError(.configuration, message))
  }

  @Test("versions: the newest that file, plugins and this client speak; a newer one than ours is passed over")
  func versions() throws {
    let plugins = try FakePlugins("one", "two", "old")
    try plugins.behave("two", .version, #"echo '{"supportedVersions":["0.4.0","1.0.0"]}'; exit 0"#)
    try plugins.behave("old", .version, #"echo '{"supportedVersions":["0.2.0"]}'; exit 0"#)
    let versions = PluginVersions(plugins.client().runner)
    let choose = { (types: [String], given: String) throws -> String in
      let names = types.map { "{\"type\":\"\($0)\"}" }.joined(separator: ",")
      return try versions.choose(for: try network("{\"name\":\"n\",\(given),\"plugins\":[\(names)]}")).description
    }
    #expect(try choose(["one"], #""cniVersion":"0.4.0""#) == "0.4.0")
    #expect(try choose(["one"], #""cniVersions":["0.4.0","1.1.0","1.0.0","9.0.0"]"#) == "1.1.0")
    #expect(try choose(["one", "two"], #""cniVersions":["0.4.0","1.1.0","1.0.0"]"#) == "1.0.0")
    #expect(try choose(["one", "two"], #""cniVersion":"1.1.0","cniVersions":["0.4.0"]"#) == "0.4.0")
    let error = failure { _ = try choose(["one", "old"], #""cniVersion":"1.0.0""#) }
    #expect(error?.message == "test.conflist: cniVersion: plugin 'old' does not speak 1.0.0, only 0.2.0")
    #expect(failure { _ = try choose(["absent"], #""cniVersion":"1.0.0""#) }?.kind == .notReady)
    // Asked once for each plugin.
    #expect(plugins.calls.filter { $0 == "VERSION one" }.count == 1)
  }

  @Test("a plugin whose file is another is asked again, and garbage is an error")
  func askedAgain() throws {
    let plugins = try FakePlugins("one")
    let versions = PluginVersions(plugins.client().runner)
    let net = try list("1.0.0", "one")
    _ = try versions.choose(for: net)
    try plugins.addPlugin("one")
    try plugins.behave("one", .version, "echo nonsense; exit 0")
    #expect(failure { _ = try versions.choose(for: net) }?.kind == .answer)
  }
}
