// Readiness: what a container tells the host's service manager through the runtime (sd_notify(3)).

import CShims
import Foundation
import Linux
import Testing

/// A service manager: the socket that NOTIFY_SOCKET names.
private final class ServiceManager {
  let path: String
  private let socket: Descriptor

  init(_ scene: Scene) throws {
    path = scene.folder + "/manager"
    socket = try Descriptor.socket(.datagram)
    try socket.bind(path)
  }

  /// The next message; nil when none comes in time. Its descriptor, if it has one, is closed with it.
  func next(within limit: Double = 5) throws -> (text: String, message: Barrier)? {
    var entries = [PollEntry(socket.number, .readable)]
    guard try poll(&entries, timeoutMilliseconds: Int32(limit * 1000)) > 0 else { return nil }
    var message = try socket.receive(limit: 4096)
    return (String(decoding: message.bytes, as: UTF8.self), Barrier(message.takeDescriptor()))
  }

  /// Holds the descriptor that came with a message.
  final class Barrier {
    private let descriptor: Descriptor?

    init(_ descriptor: consuming Descriptor?) { self.descriptor = descriptor }

    var isThere: Bool {
      switch descriptor {
      case .some: true
      case .none: false
      }
    }
  }
}

@Suite("Readiness", .serialized, .containers, .needs(.apus, .compiler))
struct NotifyTests {
  private func container(
    _ scene: Scene, _ script: String, _ change: (inout JSON) throws -> Void = { _ in }
  ) throws -> Container {
    let container = try scene.container {
      $0.process.args = ["sh", "-c", .string(script)]
      try change(&$0)
    }
    try container.bundle.addProbe()
    return container
  }

  private func create(_ container: Container, _ manager: ServiceManager) throws -> Child {
    var create = container.command("create")
    create.environment["NOTIFY_SOCKET"] = manager.path
    let child = try create.start()
    try child.wait().checked()
    return child
  }

  private func start(_ container: Container, _ manager: ServiceManager) throws -> Child {
    var start = container.runtime.command(["start", container.id])
    start.environment["NOTIFY_SOCKET"] = manager.path
    return try start.start()
  }

  /// Expects READY and MAINPID, and nothing else before.
  private func expectReady(_ manager: ServiceManager, pid: Int32) throws {
    #expect(try manager.next()?.text == "READY=1\n")
    #expect(try manager.next()?.text == "MAINPID=\(pid)\n")
  }

  @Test("start stays until the container is ready and the manager has read it; other messages do not get through")
  func waitsForReady() throws {
    try onScene { scene in
      let manager = try ServiceManager(scene)
      let container = try container(
        scene, "echo $NOTIFY_SOCKET; /probe notify STATUS=up; sleep 0.3; /probe notify 'MAINPID=1\nREADY=1'; sleep 100")
      let creator = try create(container, manager)
      let start = try start(container, manager)
      try expectReady(manager, pid: try container.pid())
      do {
        let barrier = try #require(try manager.next())
        #expect(barrier.text == "BARRIER=1" && barrier.message.isThere)
        sleep(milliseconds: 100)
        #expect(start.isRunning)
      }
      #expect(try start.wait(5).code == 0)
      #expect(creator.output == "/run/notify/notify.sock\n")
      #expect(try container.status == "running")
      #expect(try manager.next(within: 0.1) == nil)
      try container.remove()
    }
  }

  @Test("a container that ends without a word ends the wait")
  func silent() throws {
    try onScene { scene in
      let manager = try ServiceManager(scene)
      let container = try container(scene, "sleep 0.3")
      _ = try create(container, manager)
      let outcome = try start(container, manager).wait(10)
      #expect(outcome.code == 0 && outcome.seconds >= 0.2, "\(outcome)")
      try container.remove()
    }
  }

  @Test("run in the background tells the container's process, in the foreground its own")
  func mainProcess() throws {
    try onScene { scene in
      let manager = try ServiceManager(scene)
      let script = "/probe notify READY=1; sleep 0.5; exit 7"
      let detached = try container(scene, script)
      var run = detached.command("run", "--detach")
      run.environment["NOTIFY_SOCKET"] = manager.path
      let background = try run.start()
      #expect(try manager.next()?.text == "READY=1\n")
      let pid = try detached.pid()
      #expect(try manager.next()?.text == "MAINPID=\(pid)\n")
      #expect(try manager.next()?.text == "BARRIER=1")
      #expect(try background.wait(5).code == 0)
      try detached.remove()
      run = try container(scene, script).command("run")
      run.environment["NOTIFY_SOCKET"] = manager.path
      let foreground = try run.start()
      try expectReady(manager, pid: foreground.pid)
      #expect(try foreground.wait(10).code == 7)
      #expect(try manager.next(within: 0.1) == nil)
    }
  }

  @Test("a user of a user namespace reaches the socket, and cannot put anything beside it", .needs(.userNamespaces))
  func userNamespace() throws {
    try onScene { scene in
      let manager = try ServiceManager(scene)
      let container = try container(scene, "/probe notify READY=1; touch /run/notify/x; echo $?; sleep 100") {
        $0.process.user = ["uid": 1000, "gid": 1000]
        $0.linux.namespaces.array.append(["type": "user"])
        let map: JSON = [["containerID": 0, "hostID": 100_000, "size": 65536]]
        $0.linux["uidMappings"] = map
        $0.linux["gidMappings"] = map
      }
      // The root file system belongs to the host's root, who is nobody there.
      let place = container.bundle.rootfs + "/run/notify"
      try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
      try Descriptor.workingDirectory.changeMode(of: scene.folder, 0o711)
      let creator = try create(container, manager)
      let start = try start(container, manager)
      try expectReady(manager, pid: try container.pid())
      #expect(try manager.next()?.text == "BARRIER=1")
      #expect(try start.wait(5).code == 0)
      #expect(eventually { creator.output == "1\n" }, "\(creator.output)")
      try container.remove()
    }
  }

  @Test("without NOTIFY_SOCKET at create there is none, whatever start is told, and a dead manager is a warning")
  func absent() throws {
    try onScene { scene in
      let manager = try ServiceManager(scene)
      let without = try container(scene, "echo \"<$NOTIFY_SOCKET>\"; sleep 100")
      try without.create().checked()
      #expect(try start(without, manager).wait(5).code == 0)
      #expect(eventually { without.output == "<>\n" }, "\(without.output)")
      try without.remove()
      let with = try container(scene, "/probe notify READY=1; sleep 100")
      _ = try create(with, manager)
      try FileManager.default.removeItem(atPath: manager.path)
      let outcome = try start(with, manager).wait(5)
      #expect(outcome.code == 0 && outcome.errors.contains(manager.path), "\(outcome)")
      try with.remove()
    }
  }
}
