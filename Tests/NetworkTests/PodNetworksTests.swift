// Whether pods can be given a network, as it changes; one operation at a time; threads that come and go.

import Foundation
import Linux
import Synchronization
import Testing

@testable import ContainerNetwork

/// What closures of a test note, in their order.
private final class Notes<T: Sendable>: Sendable {
  private let stored = Mutex<[T]>([])
  var list: [T] { stored.withLock { $0 } }
  func add(_ note: T) { stored.withLock { $0.append(note) } }
}

/// How many are inside at one time.
private final class Crowd: Sendable {
  private let counts = Mutex<(now: Int, most: Int)>((0, 0))
  var most: Int { counts.withLock { $0.most } }
  var now: Int { counts.withLock { $0.now } }
  func enter() { counts.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) } }
  func leave() { counts.withLock { $0.now -= 1 } }
}

@Suite("Networks of pods")
struct PodNetworksTests {
  private static func eventually(_ condition: () -> Bool) -> Bool {
    for _ in 0..<600 {
      if condition() { return true }
      Linux.sleep(milliseconds: 20)
    }
    return false
  }

  @Test("readiness follows the folder: no file, a bad one, one without its plugin, a good one, none again")
  func readiness() async throws {
    let plugins = try FakePlugins()
    let told = Notes<NetworkReadiness>()
    var settings = plugins.settings
    settings.refreshSeconds = 1
    let networks = try PodNetworks(settings) { news in told.add(news) }
    #expect(networks.readiness == .notReady(reason: "the networks have not been read yet"))
    try networks.start()
    let folder = settings.configurationFolder
    let none = "no network is described in \(folder)"
    #expect(Self.eventually { networks.readiness == .notReady(reason: none) })
    try plugins.write("net.d/a.conflist", "{")
    #expect(
      Self.eventually {
        networks.readiness == .notReady(reason: "\(none); \(folder)/a.conflist: byte 1: expected a name")
      })
    try plugins.write("net.d/a.conflist", #"{"cniVersion":"1.0.0","name":"a","plugins":[{"type":"one"}]}"#)
    let missing = "\(none); \(folder)/a.conflist: plugin 'one' is in none of \(plugins.folder)/bin"
    #expect(Self.eventually { networks.readiness == .notReady(reason: missing) }, "\(networks.readiness)")
    // No one tells of a plugin: it is looked for again now and then.
    try plugins.addPlugin("one")
    #expect(Self.eventually { networks.readiness == .ready(network: "a") })
    try plugins.write("net.d/0-first.conflist", #"{"cniVersion":"1.0.0","name":"first","plugins":[{"type":"one"}]}"#)
    #expect(Self.eventually { networks.readiness == .ready(network: "first") })
    try FileManager.default.removeItem(atPath: folder)
    #expect(Self.eventually { networks.readiness == .notReady(reason: none) })
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    try plugins.write("net.d/b.conflist", #"{"cniVersion":"1.0.0","name":"b","plugins":[{"type":"one"}]}"#)
    #expect(Self.eventually { networks.readiness == .ready(network: "b") })
    await networks.stop()
    #expect(
      told.list.suffix(4) == [
        .ready(network: "a"), .ready(network: "first"), .notReady(reason: none), .ready(network: "b"),
      ])
  }

  @Test("a watch may be stopped before it begins, and twice")
  func stopped() async throws {
    let networks = try PodNetworks(try FakePlugins().settings)
    await networks.stop()
    try networks.start()
    for _ in 0..<2 { await networks.stop() }
  }

  @Test("a named network is the one for pods, whatever stands before it")
  func named() async throws {
    let plugins = try FakePlugins("one")
    for name in ["a", "b"] {
      try plugins.write("net.d/\(name).conflist", "{\"cniVersion\":\"1.0.0\",\"name\":\"\(name)\",\"type\":\"one\"}")
    }
    var settings = plugins.settings
    settings.defaultNetwork = "b"
    let networks = try PodNetworks(settings)
    try networks.start()
    #expect(Self.eventually { networks.readiness == .ready(network: "b") })
    try FileManager.default.removeItem(atPath: plugins.folder + "/net.d/b.conflist")
    let reason = "network 'b' is not described in \(settings.configurationFolder)"
    #expect(Self.eventually { networks.readiness == .notReady(reason: reason) })
    let pod = PodIdentity(namespace: "n", name: "p", uid: "u", sandboxID: "id1")
    let error = await #expect(throws: NetworkError.self) { try await networks.attach(pod, namespace: "/nowhere") }
    #expect(error == NetworkError(.notReady, reason))
    await networks.stop()
  }

  @Test("a network of 1.1.0 is ready when its plugins say so")
  func status() async throws {
    let plugins = try FakePlugins("one")
    try plugins.behave("one", .status, #"echo '{"code":50,"msg":"no uplink"}'; exit 1"#)
    try plugins.write("net.d/a.conflist", #"{"cniVersion":"1.1.0","name":"a","plugins":[{"type":"one"}]}"#)
    var settings = plugins.settings
    settings.refreshSeconds = 1
    let networks = try PodNetworks(settings)
    try networks.start()
    let reason = "network 'a': plugin 'one': STATUS: no uplink"
    #expect(Self.eventually { networks.readiness == .notReady(reason: reason) }, "\(networks.readiness)")
    try plugins.behave("one", .status, "")
    #expect(Self.eventually { networks.readiness == .ready(network: "a") })
    await networks.stop()
  }

  @Test("a pod in no namespace is refused before a plugin is asked, and what cannot name anything too")
  func refused() async throws {
    let plugins = try FakePlugins("one")
    try plugins.write("net.d/a.conflist", #"{"cniVersion":"1.0.0","name":"a","plugins":[{"type":"one"}]}"#)
    let networks = try PodNetworks(plugins.settings)
    try networks.start()
    #expect(Self.eventually { networks.readiness.isReady })
    for (id, name, start) in [
      ("id1", "p", "attaching pod 'n/p' to network 'a': bringing up the loopback device in '/nowhere': "),
      ("../x", "p", "container '../x': "), ("id1", "a;K8S_POD_NAME=b", "container 'id1': 'K8S_POD_NAME' may hold"),
    ] {
      let pod = PodIdentity(namespace: "n", name: name, uid: "u", sandboxID: id)
      let error = await #expect(throws: NetworkError.self) { try await networks.attach(pod, namespace: "/nowhere") }
      #expect(error?.message.hasPrefix(start) == true, "\(String(describing: error))")
    }
    #expect(!plugins.calls.contains("ADD one") && plugins.cachedFiles == [])
    await networks.stop()
  }

  @Test("pods that nobody keeps are detached, and plugins of 1.1.0 are told which are valid")
  func garbage() async throws {
    let plugins = try FakePlugins("one")
    try plugins.write("net.d/a.conflist", #"{"cniVersion":"1.1.0","name":"pods","plugins":[{"type":"one"}]}"#)
    let networks = try PodNetworks(plugins.settings)
    try networks.start()
    #expect(Self.eventually { networks.readiness.isReady })
    let net = try list("1.1.0", "one")
    for id in ["keep", "drop1", "drop2"] { _ = try plugins.client().add(try attachment(id), to: net, .v110) }
    try plugins.behave("one", .delete, #"[ "$CNI_CONTAINERID" != drop1 ] || exit 7"#)
    try plugins.forgetCalls()
    // Of a daemon that died while it wrote.
    try plugins.write("cache/.pods:drop3:eth0", "{")
    let notes = try await networks.collectGarbage { ["keep"] }
    #expect(notes == ["detaching pod 'drop1': plugin 'one': DEL: exit code 7"])
    #expect(plugins.cachedFiles == ["pods:drop1:eth0", "pods:keep:eth0"])
    #expect(plugins.calls.filter { $0 != "STATUS one" } == ["DEL one", "DEL one", "GC one"])
    #expect(
      try plugins.input("one", .garbageCollection)["cni.dev/valid-attachments"] == [
        ["containerID": "drop1", "ifname": "eth0"], ["containerID": "keep", "ifname": "eth0"],
      ])
    await networks.stop()
  }
}

@Suite("Gate and threads")
struct GateAndThreadTests {
  @Test("many share a gate; who wants to be alone is, and those who share wait until it is not")
  func sharedGate() async throws {
    let gate = SharedGate()
    let (sharing, alone) = (Crowd(), Crowd())
    await withTaskGroup(of: Void.self) { group in
      for index in 0..<60 {
        group.addTask {
          let pass = { (crowd: Crowd) in
            crowd.enter()
            for _ in 0..<20 { await Task.yield() }
            crowd.leave()
          }
          if index % 6 == 0 {
            await gate.alone {
              #expect(sharing.now == 0)
              await pass(alone)
              #expect(sharing.now == 0)
            }
          } else {
            await gate.share { await pass(sharing) }
          }
        }
      }
    }
    #expect(alone.most == 1)
    #expect(sharing.most > 1)
  }

  @Test("one operation at a time passes for a name, in the order of coming; others are not held up")
  func gate() async throws {
    let gate = OperationGate()
    let (order, crowds) = (Notes<String>(), ["a": Crowd(), "b": Crowd()])
    await withTaskGroup(of: Void.self) { group in
      for index in 0..<40 {
        let name = index % 2 == 0 ? "a" : "b"
        group.addTask {
          await gate.pass(name) {
            crowds[name]?.enter()
            for _ in 0..<5 { await Task.yield() }
            crowds[name]?.leave()
            order.add(name)
          }
        }
      }
    }
    #expect(order.list.count == 40 && crowds.values.allSatisfy { $0.most == 1 })
    struct Refused: Error {}
    await #expect(throws: Refused.self) { try await gate.pass("a") { () async throws(Refused) in throw Refused() } }
    // An error leaves the gate open.
    await gate.pass("a") {}
  }

  // Red when a thread that was woken, and has not come to itself yet, counts as idle for the next piece of work too.
  @Test("two pieces of work that wait for one another both run, though one thread was idle")
  func twoAtOnce() async {
    for _ in 0..<50 {
      let threads = BlockingThreads(name: "pair", limit: 4, idleSeconds: 1)
      await threads.run {}
      let (one, two) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
      async let first = threads.run {
        one.signal()
        return two.wait(timeout: .now() + 20) == .success
      }
      async let second = threads.run {
        two.signal()
        return one.wait(timeout: .now() + 20) == .success
      }
      let met = await [first, second]
      #expect(met == [true, true])
      if met != [true, true] { return }
    }
  }

  @Test("work that blocks holds up neither tasks nor other work, up to the limit of threads")
  func threads() async throws {
    let threads = BlockingThreads(name: "test", limit: 8, idleSeconds: 0.2)
    let crowd = Crowd()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<32 {
        group.addTask {
          await threads.run {
            crowd.enter()
            Linux.sleep(milliseconds: 30)
            crowd.leave()
          }
        }
      }
    }
    #expect((2...8).contains(crowd.most), "\(crowd.most)")
    struct Refused: Error {}
    await #expect(throws: Refused.self) { try await threads.run { () throws(Refused) in throw Refused() } }
    // Idle ones end, and new work finds a thread again.
    Linux.sleep(milliseconds: 500)
    #expect(try Self.threads(named: "test") == 0)
    #expect(await threads.run { 7 } == 7)
  }

  private static func threads(named name: String) throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").filter {
      (try? String(contentsOfFile: "/proc/self/task/\($0)/comm", encoding: .utf8)) == name + "\n"
    }.count
  }
}
