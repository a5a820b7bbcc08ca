// Filters that ask an agent: who gets the listener, when, and what happens without an agent.

import Foundation
import Testing

@Suite("Seccomp agents", .serialized, .containers, .needs(.apus, .compiler))
struct SeccompAgentTests {
  /// ENOMEDIUM, which nobody else answers.
  private static let answer = 123
  private static let answered = "No medium found"

  private func path(_ scene: Scene) -> String { scene.folder + "/agent" }

  /// An agent that answers with an errno; 0 lets the call go on.
  private func agent(_ scene: Scene, errno: Int = answer) throws -> Child {
    let program = try #require(Probe.path)
    let child = try Command(program, ["agent", path(scene), "\(errno)"]).start()
    guard eventually({ child.output.hasPrefix("ready") }) else { throw StepFailed("the agent does not come up") }
    return child
  }

  /// A filter that asks about some calls.
  private func container(
    _ scene: Scene, _ script: String, calls: [JSON] = ["mkdir", "mkdirat"], noNewPrivileges: Bool = true
  ) throws -> Container {
    try scene.container {
      $0.process.args = ["sh", "-c", .string(script)]
      $0.process.noNewPrivileges = .bool(noNewPrivileges)
      $0.linux["seccomp"] = [
        "defaultAction": "SCMP_ACT_ALLOW", "listenerPath": .string(path(scene)), "listenerMetadata": "some data",
        "syscalls": [["names": .array(calls), "action": "SCMP_ACT_NOTIFY"]],
      ]
      $0["annotations"] = ["org.example.key": "value"]
    }
  }

  /// The messages that the agent has got: each came with one descriptor, on a connection of its own.
  private func messages(_ agent: Child) throws -> [JSON] {
    try agent.output.split(separator: "\n").dropFirst().map {
      #expect($0.hasPrefix("1 closed "), "\($0)")
      return try JSON(text: String($0.dropFirst(9)))
    }
  }

  @Test(
    "create hands the listener over with the state of the container, and the program gets the agent's answer",
    arguments: [true, false])
  func create(noNewPrivileges: Bool) throws {
    try onScene { scene in
      let agent = try agent(scene)
      let container = try container(scene, "mkdir /made 2>&1; sleep 100", noNewPrivileges: noNewPrivileges)
      try container.create().checked()
      let pid = Int(try container.pid())
      let all = try messages(agent)
      #expect(all.count == 1)
      let message = try #require(all.first)
      #expect(message.fds == ["seccompFd"] && message.metadata == "some data" && message.pid == .integer(pid))
      #expect(message.ociVersion == message.state.ociVersion && message.ociVersion.string?.isEmpty == false)
      let state = message.state
      #expect(state.id == .string(container.id) && state.status == "creating" && state.pid == .integer(pid))
      #expect(state.bundle == .string(container.bundle.path))
      #expect(state.annotations == ["org.example.key": "value"])
      #expect(try container.status == "created")
      try scene.runtime.call("start", container.id).checked()
      #expect(eventually { container.output.contains(Self.answered) }, "\(container.output)")
      #expect(!Host.exists(container.bundle.rootfs + "/made"))
      try container.remove()
      #expect(try messages(agent).count == 1)
    }
  }

  @Test("each exec hands over a listener of its own, with the process and its container", arguments: [true, false])
  func exec(noNewPrivileges: Bool) throws {
    try onScene { scene in
      let agent = try agent(scene)
      let container = try container(scene, "sleep 100", noNewPrivileges: noNewPrivileges).start()
      for number in 1...2 {
        let outcome = try container.exec("mkdir /made 2>&1; echo $$")
        #expect(outcome.output.contains(Self.answered), "\(outcome)")
        let all = try messages(agent)
        #expect(all.count == number + 1)
        let message = try #require(all.last)
        let pid = try container.pid()
        #expect(message.state.pid == .integer(Int(pid)) && message.state.status == "running")
        #expect(message.pid != message.state.pid && message.pid.integer ?? 0 > 0)
      }
      try container.remove()
    }
  }

  // Red when the runtime, between the load and the program, calls what it cannot wait for an answer to.
  @Test("a filter may ask about the calls that every start takes", arguments: [true, false])
  func importantCalls(noNewPrivileges: Bool) throws {
    try onScene { scene in
      let agent = try agent(scene, errno: 0)
      let calls: [JSON] = [
        "execve", "openat", "open", "read", "close", "fcntl", "capset", "prctl", "close_range", "sendmsg", "recvmsg",
      ]
      let container = try container(scene, "echo ran", calls: calls, noNewPrivileges: noNewPrivileges)
      #expect(try container.run().checked().output == "ran\n")
      #expect(agent.isRunning)
    }
  }

  @Test("without an agent create and exec fail and say so, and nothing stays")
  func noAgent() throws {
    try onScene { scene in
      let container = try container(scene, "sleep 100")
      let create = try container.create()
      #expect(create.code == 1 && create.errors.contains("failed to connect with seccomp agent"), "\(create)")
      #expect(create.errors.contains(path(scene)))
      #expect(try container.status == nil)
      let agent = try agent(scene)
      try container.start()
      agent.send(9)
      try agent.wait()
      let exec = try container.exec("echo ran")
      #expect(!exec.succeeded && exec.errors.contains("failed to connect with seccomp agent"), "\(exec)")
      #expect(exec.output == "")
      try container.remove()
    }
  }

  @Test("when the agent dies before start the calls it was asked about fail with ENOSYS, and nothing hangs")
  func deadAgent() throws {
    try onScene { scene in
      let agent = try agent(scene)
      let container = try container(scene, "mkdir /made 2>&1; echo done")
      try container.create().checked()
      agent.send(9)
      try agent.wait()
      try scene.runtime.call("start", container.id).checked()
      #expect(eventually { container.output.contains("done") })
      #expect(container.output.contains("Function not implemented"), "\(container.output)")
      try container.remove()
    }
  }

  @Test("the program holds no descriptor but its own")
  func noDescriptorLeft() throws {
    try onScene { scene in
      let agent = try agent(scene)
      let container = try container(scene, "/probe fds; exec sleep 100")
      try container.bundle.addProbe()
      try container.start()
      let exec = try container.exec("/probe fds").checked()
      #expect(eventually { container.output.contains("2 ") })
      for output in [exec.output, container.output] {
        #expect(output.split(separator: "\n").map { $0.prefix(2) } == ["0 ", "1 ", "2 "], "\(output)")
      }
      #expect(agent.isRunning)
      try container.remove()
    }
  }

  @Test("hooks of start are under the filter: the agent is asked, and one without an agent is loaded by the hook")
  func hooks() throws {
    try onScene { scene in
      let agent = try agent(scene)
      let hook: JSON = [["path": "/bin/sh", "args": ["sh", "-c", "mkdir /made"], "env": ["PATH=/bin"]]]
      let asked = try container(scene, "echo ran")
      try asked.change { $0["hooks"] = ["startContainer": hook] }
      let outcome = try asked.run()
      #expect(outcome.code == 1 && outcome.errors.contains(Self.answered) && outcome.output == "", "\(outcome)")
      #expect(try messages(agent).count == 1)
      for noNewPrivileges in [true, false] {
        let killed = try scene.container {
          $0.process.noNewPrivileges = .bool(noNewPrivileges)
          $0.process.user = ["uid": 1000, "gid": 1000]
          $0["hooks"] = ["startContainer": hook]
          $0.linux["seccomp"] = [
            "defaultAction": "SCMP_ACT_ALLOW",
            "syscalls": [["names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_KILL_PROCESS"]],
          ]
        }.run()
        #expect(killed.code == 1 && killed.errors.contains("error running startContainer hook"), "\(killed)")
        #expect(killed.errors.lowercased().contains("bad system call"), "\(killed)")
      }
    }
  }

  @Test("an agent behind an abstract address is found")
  func abstractAddress() throws {
    try onScene { scene in
      let container = try container(scene, "true")
      try container.change { $0.linux.seccomp["listenerPath"] = .string("@" + scene.name) }
      let create = try container.create()
      // Refused, not missing: the name was not taken for a file's.
      #expect(create.errors.lowercased().contains("connection refused"), "\(create)")
    }
  }
}
