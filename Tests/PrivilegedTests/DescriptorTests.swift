// What a container sees of the descriptors of those who started it (CVE-2016-9962, CVE-2024-21626).

import Foundation
import Glibc
import Linux
import Testing

@Suite("A2: no leaked descriptors", .serialized, .containers, .needs(.compiler))
struct DescriptorTests {
  private static let hostFolder = Command.Source.path("/etc", flags: O_RDONLY | O_DIRECTORY)

  /// A container whose root file system has the probe.
  private func container(_ scene: Scene, _ change: (inout JSON) -> Void) throws -> Container {
    let bundle = try scene.bundle(change)
    try bundle.addProbe()
    return try scene.container(bundle)
  }

  private func numbers(_ output: String) -> [Int] {
    output.split(separator: "\n").compactMap { Int($0.prefix { $0 != " " }) }.sorted()
  }

  // Red without close_range(3, CLOSE_ON_EXEC) before the program is executed.
  @Test("of 200 descriptors that the caller leaks, none reaches run")
  func leakedIntoRun() throws {
    try onScene { scene in
      let container = try container(scene) { $0.process.args = ["/probe", "fds"] }
      var run = container.command("run")
      for number in Int32(3)...202 { run.others[number] = Self.hostFolder }
      let outcome = try run.run().checked()
      #expect(numbers(outcome.output) == [0, 1, 2], "\(outcome)")
    }
  }

  @Test("of 200 descriptors that the caller leaks, none reaches exec or what start runs")
  func leakedIntoExec() throws {
    try onScene { scene in
      let container = try container(scene) { $0.process.args = ["sh", "-c", "/probe fds; exec sleep 100"] }
      try container.create().checked()
      var commands = [
        scene.runtime.command(["start", container.id]), scene.runtime.command(["exec", container.id, "/probe", "fds"]),
      ]
      for index in commands.indices {
        for number in Int32(3)...202 { commands[index].others[number] = Self.hostFolder }
      }
      try commands[0].run().checked()
      #expect(eventually { numbers(container.output) == [0, 1, 2] }, "\(container.output)")
      #expect(numbers(try commands[1].run().checked().output) == [0, 1, 2])
      try container.remove()
    }
  }

  // Red without opening the null device for closed standard streams at the very start: the runtime's own files would
  // get the numbers 0 to 2.
  @Test("closed standard streams are the null device inside, in all eight combinations", arguments: 0..<8)
  func closedStreams(mask: Int) throws {
    try onScene { scene in
      let container = try container(scene) { $0.process.args = ["/probe", "fds", "/found"] }
      func close(_ command: Command) -> Command {
        var command = command
        if mask & 1 != 0 { command.input = .closed }
        if mask & 2 != 0 { command.output = .closed }
        if mask & 4 != 0 { command.errors = .closed }
        return command
      }
      func check(_ file: String) throws {
        let lines = Host.lines(of: container.bundle.rootfs + file)
        #expect(lines.count == 3, "\(lines)")
        for (number, line) in lines.sorted().enumerated() where mask >> number & 1 != 0 {
          // runc puts pipes of its own in between.
          #expect(line == "\(number) /dev/null" || !Runtime.isApus && line.contains("pipe:"))
        }
      }
      try close(container.command("run")).run().checked()
      try check("/found")
      try container.bundle.write("bin/stay", "#!/bin/sh\nexec sleep 100\n", mode: 0o755)
      let staying = try scene.container(container.bundle) { $0.process.args = ["/bin/stay"] }.start()
      try close(scene.runtime.command(["exec", staying.id, "/probe", "fds", "/exec"])).run().checked()
      try check("/exec")
      try staying.remove()
    }
  }

  // Red without RESOLVE_NO_MAGICLINKS on the working directory of create, and without the look at getcwd in exec. The
  // program must not ask for its working directory: pwd(1) fails outside of its root, which hides the escape.
  @Test("a working directory through a descriptor of the runtime is refused, by create and exec", .needs(.apus))
  func workingDirectoryThroughDescriptor() throws {
    try onScene { scene in
      let target = try scene.container { $0.process.args = ["sleep", "100"] }.start()
      var others: [Int32: Command.Source] = [:]
      for number in Int32(20)...40 { others[number] = .path("/", flags: O_RDONLY | O_DIRECTORY) }
      let bundle = try scene.bundle()
      for number in Array(3...30) + [40, 41, 100, 400, 1023] {
        for path in ["/proc/self/fd/\(number)", "/proc/1/fd/\(number)/../..", "/link"] {
          let link = bundle.rootfs + "/link"
          try? Descriptor.workingDirectory.removeFile(link)
          try Descriptor.workingDirectory.makeSymbolicLink(link, to: "/proc/self/fd/\(number)")
          let container = try scene.container(bundle) { $0.process.cwd = .string(path) }
          var create = container.command("create")
          create.others = others
          let outcome = try create.run()
          #expect(outcome.code == 1, "create with \(path): \(outcome)")
          if outcome.succeeded { try container.remove() }
        }
        var exec = scene.runtime.command(["exec", "--cwd", "/proc/self/fd/\(number)", target.id, "true"])
        exec.others = others
        let outcome = try exec.run()
        #expect(outcome.code != 0, "exec with \(number): \(outcome)")
      }
      try target.remove()
    }
  }

  @Test("preserved descriptors arrive, and only these", arguments: [1, 2, 5])
  func preserved(count: Int32) throws {
    try onScene { scene in
      let container = try container(scene) { $0.process.args = ["/probe", "fds"] }
      var run = container.command("run", "--preserve-fds", "\(count)")
      for number in Int32(3)...30 { run.others[number] = .text("content") }
      let outcome = try run.run().checked()
      #expect(numbers(outcome.output) == Array(0..<Int(3 + count)), "\(outcome)")
    }
  }

  @Test("a preserved descriptor keeps its content, in exec too")
  func preservedContent() throws {
    try onScene { scene in
      let container = try scene.container { $0.process.args = ["sh", "-c", "cat <&3; exec sleep 100"] }
      var create = container.command("create", "--preserve-fds", "1")
      create.others[3] = .text("from outside")
      let creator = try create.start()
      try creator.wait().checked()
      try scene.runtime.call("start", container.id).checked()
      #expect(eventually { creator.output == "from outside" })
      var exec = scene.runtime.command(["exec", "--preserve-fds", "2", container.id, "sh", "-c", "cat <&4"])
      exec.others = [3: .null, 4: .text("to exec")]
      #expect(try exec.run().output == "to exec")
      try container.remove()
    }
  }

  @Test("more descriptors to preserve than there are is an error that names the first missing one", .needs(.apus))
  func preservedMissing() throws {
    try onScene { scene in
      let container = try scene.container()
      var run = container.command("run", "--preserve-fds", "3")
      run.others = [3: .null, 4: .null, 5: .closed]
      let outcome = try run.run()
      #expect(outcome.code == 1 && outcome.errors.contains("5"), "\(outcome)")
    }
  }

  @Test("LISTEN_FDS brings its descriptors along, with LISTEN_PID 1 inside")
  func socketActivation() throws {
    try onScene { scene in
      let container = try container(scene) {
        $0.process.args = ["sh", "-c", "echo $LISTEN_FDS $LISTEN_PID; exec /probe fds"]
      }
      var run = container.command("run")
      // The protocol asks for the pid of the receiver (sd_listen_fds(3)).
      run.arguments = ["-c", "LISTEN_FDS=2 LISTEN_PID=$$ exec \"$0\" \"$@\"", run.program] + run.arguments
      run.program = "/bin/sh"
      run.others = [3: .text("a"), 4: .text("b"), 5: .text("c")]
      let outcome = try run.run().checked()
      #expect(outcome.lines.first == "2 1", "\(outcome)")
      #expect(numbers(outcome.lines.dropFirst().joined(separator: "\n")) == [0, 1, 2, 3, 4])
    }
  }
}
