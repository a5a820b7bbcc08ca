// Plugins are called in their order, with what they need, and their ends are understood.

import Foundation
import Linux
import Testing

@testable import ContainerNetwork

@Suite("CNI operations")
struct CNIClientTests {
  private let v100 = CNIVersion.v100
  private let v110 = CNIVersion.v110

  @Test("ADD goes forward, each plugin with the result of the one before; DEL goes back with the last result")
  func order() throws {
    let plugins = try FakePlugins("one", "two", "three")
    let (client, net) = (plugins.client(), try list("1.0.0", "one", "two", "three"))
    let result = try client.add(try attachment(), to: net, v100)
    #expect(plugins.calls == ["ADD one", "ADD two", "ADD three"])
    #expect(result.podAddresses.map(\.description) == ["10.1.2.3"] && result.document["by"] == "three")
    #expect(try plugins.input("one", .add)["prevResult"] == nil)
    #expect(try plugins.input("two", .add)["prevResult"]?["by"] == "one")
    #expect(try plugins.input("three", .add)["prevResult"]?["by"] == "two")
    #expect(plugins.cachedFiles == ["pods:pod1:eth0"])

    try plugins.forgetCalls()
    let key = AttachmentCache.Key(network: "pods", containerID: "pod1", interface: "eth0")
    #expect(try client.delete(key, current: nil) == [])
    #expect(plugins.calls == ["DEL three", "DEL two", "DEL one"])
    for name in ["one", "two", "three"] { #expect(try plugins.input(name, .delete)["prevResult"]?["by"] == "three") }
    #expect(plugins.cachedFiles == [])
  }

  @Test("a plugin gets its part of the file with name and version, and the CNI variables")
  func surroundings() throws {
    let plugins = try FakePlugins("one")
    let text = #"""
      {"cniVersion":"1.0.0","name":"pods","plugins":[{"type":"one","capabilities":{"portMappings":true,"dns":false},
       "mtu":1e3,"x":{"y":[1.50,null]},"runtimeConfig":{"forged":1},"prevResult":{"forged":1},"name":"other"}]}
      """#
    var arguments = CapabilityArguments()
    arguments.portMappings = [PortMapping(hostPort: 8080, containerPort: 80, hostAddress: IPAddress("127.0.0.1"))]
    arguments.dns = NameServers(servers: ["192.0.2.1"])
    _ = try plugins.client().add(try attachment("pod1", arguments), to: try network(text), v100)
    let input = String(decoding: try plugins.input("one", .add).bytes, as: UTF8.self)
    #expect(
      input == #"{"type":"one","mtu":1e3,"x":{"y":[1.50,null]},"name":"pods","cniVersion":"1.0.0","runtimeConfig":"#
        + #"{"portMappings":[{"hostPort":8080,"containerPort":80,"protocol":"tcp","hostIP":"127.0.0.1"}]}}"#)
    let expected = [
      "PATH": "/usr/bin:/bin", "CNI_COMMAND": "ADD", "CNI_CONTAINERID": "pod1", "CNI_IFNAME": "eth0",
      "CNI_NETNS": "/nowhere/netns", "CNI_ARGS": "IgnoreUnknown=1;A=b", "CNI_PATH": plugins.folder + "/bin",
    ]
    #expect(try plugins.variables("one", .add) == expected)
  }

  @Test("every capability argument has its name and form")
  func capabilities() throws {
    var arguments = CapabilityArguments()
    arguments.portMappings = [PortMapping(hostPort: 53, containerPort: 53, transport: .udp)]
    arguments.dns = NameServers(servers: ["a"], searches: ["b"], options: ["c"])
    arguments.bandwidth = Bandwidth(ingressRate: 1, ingressBurst: 2, egressRate: 3, egressBurst: 4)
    arguments.ipRanges = [[["subnet": "10.1.0.0/16"]]]
    arguments.ips = ["10.1.2.2/24"]
    arguments.mac = "c2:11:22:33:44:55"
    arguments.aliases = ["x"]
    arguments.deviceID = "0000:04:00.5"
    arguments.infinibandGUID = "c2:11"
    arguments.cgroupPath = "/kubepods/pod1"
    let text = #"""
      {"portMappings":[{"hostPort":53,"containerPort":53,"protocol":"udp"}],
      "dns":{"servers":["a"],"searches":["b"],"options":["c"]},
      "bandwidth":{"ingressRate":1,"ingressBurst":2,"egressRate":3,"egressBurst":4},
      "ipRanges":[[{"subnet":"10.1.0.0/16"}]],"ips":["10.1.2.2/24"],"mac":"c2:11:22:33:44:55","aliases":["x"],
      "deviceID":"0000:04:00.5","infinibandGUID":"c2:11","cgroupPath":"/kubepods/pod1"}
      """#
    #expect(arguments.document == (try JSONValue(parsing: [UInt8](text.utf8))))
    #expect(CapabilityArguments().document == [:])
  }

  @Test("after a failed ADD every plugin gets a DEL, with the last result there was; nothing is remembered")
  func failedAdd() throws {
    let plugins = try FakePlugins("one", "two", "three")
    try plugins.behave("two", .add, #"echo '{"code":11,"msg":"try later","details":"busy"}'; exit 1"#)
    let net = try list("1.0.0", "one", "two", "three")
    let error = failure { _ = try plugins.client().add(try attachment(), to: net, v100) }
    #expect(error?.kind == .plugin(code: 11))
    #expect(error?.message == "plugin 'two': ADD: try later; busy")
    #expect(plugins.calls == ["ADD one", "ADD two", "DEL three", "DEL two", "DEL one"])
    #expect(try plugins.input("one", .delete)["prevResult"]?["by"] == "one")
    #expect(plugins.cachedFiles == [])
  }

  @Test("a failed ADD that cannot be undone stays remembered, and the next ADD undoes it first")
  func failedUndo() throws {
    let plugins = try FakePlugins("one")
    let (client, net) = (plugins.client(), try list("1.0.0", "one"))
    try plugins.behave("one", .add, "exit 3")
    try plugins.behave("one", .delete, "exit 4")
    #expect(
      failure { _ = try client.add(try attachment(), to: net, v100) }?.message == "plugin 'one': ADD: exit code 3")
    #expect(plugins.cachedFiles == ["pods:pod1:eth0"])
    try plugins.behave("one", .add, "")
    #expect(
      failure { _ = try client.add(try attachment(), to: net, v100) }?.message == "plugin 'one': DEL: exit code 4")
    try plugins.behave("one", .delete, "")
    try plugins.forgetCalls()
    _ = try client.add(try attachment(), to: net, v100)
    #expect(plugins.calls == ["DEL one", "ADD one"])
  }

  @Test("an ADD that died half-way is remembered with its configuration")
  func halfMade() throws {
    let plugins = try FakePlugins("one", "two")
    let client = plugins.client()
    // What is there at the moment of the second plugin is what is left when the power goes.
    try plugins.behave("two", .add, "cp '\(plugins.folder)/cache/pods:pod1:eth0' '\(plugins.folder)/log/left'")
    _ = try client.add(try attachment(), to: try list("1.0.0", "one", "two"), v100)
    let key = AttachmentCache.Key(network: "pods", containerID: "pod1", interface: "eth0")
    _ = try client.delete(key, current: nil)
    try plugins.write("cache/pods:pod1:eth0", try plugins.read("log/left"))
    try plugins.forgetCalls()
    _ = try client.delete(key, current: nil)
    #expect(plugins.calls == ["DEL two", "DEL one"] && plugins.cachedFiles == [])
  }

  @Test("a damaged record is undone by the network as it is now, and kept when there is none")
  func damagedRecord() throws {
    let plugins = try FakePlugins("one")
    let (client, net) = (plugins.client(), try list("1.0.0", "one"))
    _ = try client.add(try attachment(), to: net, v100)
    try plugins.write("cache/pods:pod1:eth0", "{")
    let key = AttachmentCache.Key(network: "pods", containerID: "pod1", interface: "eth0")
    #expect(failure { _ = try client.delete(key, current: nil) }?.kind == .configuration)
    try plugins.forgetCalls()
    #expect(try client.delete(key, current: net) == [])
    #expect(plugins.calls == ["DEL one"] && plugins.cachedFiles == [])
  }

  @Test("DEL goes on when the namespace and a plugin are gone, and says which plugin")
  func goneThings() throws {
    let plugins = try FakePlugins("one", "two")
    let client = plugins.client()
    _ = try client.add(try attachment(), to: try list("1.0.0", "one", "two"), v100)
    try FileManager.default.removeItem(atPath: plugins.folder + "/bin/two")
    try plugins.forgetCalls()
    let key = AttachmentCache.Key(network: "pods", containerID: "pod1", interface: "eth0")
    let notes = try client.delete(key, current: nil)
    #expect(notes == ["plugin 'two' is in none of \(plugins.folder)/bin"])
    #expect(plugins.calls == ["DEL one"] && plugins.cachedFiles == [])
    #expect(try plugins.variables("one", .delete)["CNI_NETNS"] == "")
  }

  @Test("a DEL that fails goes on with the other plugins, throws, and stays remembered")
  func failedDelete() throws {
    let plugins = try FakePlugins("one", "two")
    let client = plugins.client()
    _ = try client.add(try attachment(), to: try list("1.0.0", "one", "two"), v100)
    try plugins.behave("two", .delete, "exit 1")
    try plugins.forgetCalls()
    let key = AttachmentCache.Key(network: "pods", containerID: "pod1", interface: "eth0")
    #expect(failure { _ = try client.delete(key, current: nil) }?.kind == .plugin(code: 0))
    #expect(plugins.calls == ["DEL two", "DEL one"] && plugins.cachedFiles == ["pods:pod1:eth0"])
  }

  @Test("CHECK asks with the remembered result, from 0.4.0 on and unless the network says otherwise")
  func check() throws {
    for (version, more, isAsked) in [
      ("1.0.0", "", true), ("0.4.0", "", true), ("0.3.1", "", false), ("1.0.0", ",\"disableCheck\":true", false),
      ("1.0.0", ",\"disableCheck\":\"True\"", false),
    ] {
      let plugins = try FakePlugins("one", "two")
      let client = plugins.client()
      let net = try list(version, "one", "two", more: more)
      _ = try client.add(try attachment(), to: net, net.versions[0])
      try plugins.forgetCalls()
      try client.check(AttachmentCache.Key(network: "pods", containerID: "pod1", interface: "eth0"))
      #expect(plugins.calls == (isAsked ? ["CHECK one", "CHECK two"] : []), "\(version)\(more)")
      if isAsked { #expect(try plugins.input("one", .check)["prevResult"]?["by"] == "two") }
    }
  }

  @Test("GC names the valid attachments, goes on after failures, and is for 1.1.0 alone")
  func garbage() throws {
    let plugins = try FakePlugins("one", "two")
    let client = plugins.client()
    let net = try list("1.1.0", "one", "two")
    for id in ["pod1", "pod2"] { _ = try client.add(try attachment(id), to: net, v110) }
    try plugins.behave("one", .garbageCollection, "exit 1")
    try plugins.forgetCalls()
    #expect(try client.collectGarbage(net, v110).map(\.message) == ["plugin 'one': GC: exit code 1"])
    #expect(plugins.calls == ["GC one", "GC two"])
    #expect(
      try plugins.input("two", .garbageCollection)["cni.dev/valid-attachments"] == [
        ["containerID": "pod1", "ifname": "eth0"], ["containerID": "pod2", "ifname": "eth0"],
      ])
    #expect(try plugins.variables("two", .garbageCollection).keys.sorted() == ["CNI_COMMAND", "CNI_PATH", "PATH"])
    try plugins.forgetCalls()
    #expect(try client.collectGarbage(net, v100).isEmpty)
    #expect(try client.collectGarbage(try list("1.1.0", "one", more: ",\"disableGC\":true"), v110).isEmpty)
    #expect(plugins.calls == [])
  }

  @Test("STATUS is asked from 1.1.0 on, and its error is told")
  func status() throws {
    let plugins = try FakePlugins("one")
    let client = plugins.client()
    try plugins.behave("one", .status, #"echo '{"code":50,"msg":"no uplink"}'; exit 1"#)
    try client.status(try list("1.0.0", "one"), v100)
    #expect(plugins.calls == [])
    let error = failure { try client.status(try list("1.1.0", "one"), v110) }
    #expect(error == NetworkError(.plugin(code: 50), "plugin 'one': STATUS: no uplink"))
  }
}
