// Commands on one id at the same time, and a pid that belongs to somebody else by now.

import Foundation
import Linux
import Testing

@Suite("Concurrent commands", .serialized, .containers)
struct ConcurrencyTests {
  /// Starts the same command many times at once and waits for all.
  private func flock(_ count: Int, _ command: Command) throws -> [Outcome] {
    try (0..<count).map { _ in try command.start() }.map { try $0.wait() }
  }

  // Red without the exclusive creation of the state directory (mkdir before anything else).
  @Test("of 20 simultaneous creates of one id exactly one wins, and the losers harm nothing", .needs(.apus))
  func creates() throws {
    try onScene { scene in
      let container = try scene.container { $0.process.args = ["sleep", "100"] }
      let outcomes = try flock(20, container.command("create"))
      #expect(outcomes.filter(\.succeeded).count == 1)
      for outcome in outcomes where !outcome.succeeded {
        #expect(outcome.errors.contains("already exists"), "\(outcome)")
      }
      #expect(try container.status == "created")
      try scene.runtime.call("start", container.id).checked()
      #expect(try container.status == "running")
      try container.remove()
    }
  }

  // Red without the lock around the fifo: a second start would write into a fifo that nobody reads.
  @Test("of 10 simultaneous starts exactly one starts the program, once", .needs(.apus))
  func starts() throws {
    try onScene { scene in
      let container = try scene.container { $0.process.args = ["sh", "-c", "echo started; exec sleep 100"] }
      try container.create().checked()
      let outcomes = try flock(10, scene.runtime.command(["start", container.id]))
      #expect(outcomes.filter(\.succeeded).count == 1, "\(outcomes)")
      #expect(eventually { container.output == "started\n" })
      try container.remove()
      #expect(container.output == "started\n")
    }
  }

  @Test("simultaneous deletes by force all succeed and leave nothing")
  func deletes() throws {
    try onScene { scene in
      let container = try scene.container { $0.process.args = ["sleep", "100"] }.start()
      for outcome in try flock(10, scene.runtime.command(["delete", "--force", container.id])) {
        #expect(outcome.succeeded, "\(outcome)")
      }
      #expect(try container.status == nil)
    }
  }

  @Test("kill, state, pause, exec and delete at the same time end in an empty state root")
  func everything() throws {
    try onScene { scene in
      for _ in 0..<5 {
        let container = try scene.container { $0.process.args = ["sleep", "100"] }.start()
        let id = container.id
        let words = [
          ["kill", id, "TERM"], ["state", id], ["pause", id], ["exec", id, "true"], ["resume", id], ["list"],
          ["kill", id, "KILL"], ["delete", id], ["delete", "--force", id], ["resume", id],
        ]
        let children = try words.map { try scene.runtime.command($0).start() }
        for child in children { try child.wait(20) }
        try container.remove()
        #expect(try container.status == nil)
      }
    }
  }

  @Test("a create while the same id is being deleted works or says that the id is taken")
  func createDuringDelete() throws {
    try onScene { scene in
      let container = try scene.container { $0.process.args = ["sleep", "100"] }.start()
      for _ in 0..<10 {
        let delete = try scene.runtime.command(["delete", "--force", container.id]).start()
        let create = try container.command("create").run()
        try delete.wait().checked()
        if create.succeeded {
          #expect(try container.status == "created")
        } else {
          #expect(create.errors.contains("already exists"), "\(create)")
          try container.create().checked()
        }
      }
      try container.remove()
    }
  }

  // Red when the pid of state.json is trusted without its start time.
  @Test("a pid that was given to another process is never signalled", .needs(.apus))
  func foreignStartTime() throws {
    try onScene { scene in
      let bystander = try Command("sleep", ["100"]).start()
      let container = try scene.container { $0.process.args = ["sleep", "100"] }.start()
      let pid = try container.pid()
      try container.kill().checked()
      #expect(eventually { !RunningProcess.isAlive(pid) })
      try replace("\(pid)", by: "\(bystander.pid)", inStateOf: container)
      #expect(try container.status == "stopped")
      #expect(try !container.kill().succeeded)
      try container.remove()
      #expect(bystander.isRunning)
      bystander.send(9)
      try bystander.wait()
    }
  }

  /// Replaces a number in every text file of the state directory.
  private func replace(_ number: String, by other: String, inStateOf container: Container) throws {
    let folder = container.runtime.root + "/" + container.id
    var count = 0
    for name in Host.names(in: folder) where name.hasSuffix(".json") {
      let text = Host.read(folder + "/" + name) ?? ""
      let changed = text.replacing(try Regex("\\b\(number)\\b"), with: other)
      if changed != text { count += 1 }
      try Data(changed.utf8).write(to: URL(filePath: folder + "/" + name))
    }
    try #require(count > 0, "the pid is not in the state directory")
  }
}
