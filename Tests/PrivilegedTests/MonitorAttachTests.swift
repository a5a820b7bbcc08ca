// Clients of a running container.

import Foundation
import Glibc
import Linux
import Testing

@Suite("Monitor, attach", .serialized, .containers, .monitor)
struct MonitorAttachTests {
  @Test("input reaches the container, output every client, by number", arguments: Monitor.runtimes)
  func echo(runtime: String) throws {
    try onScene { scene in
      let container = try MonitoredContainer(scene, runtime, "echo oops >&2; cat; echo end", words: ["-i"])
      #expect(try container.create().value > 0)
      let (first, second) = (try container.attach(), try container.attach())
      try container.start()
      #expect(first.shows("oops") && second.shows("oops"))
      try first.type("one\n")
      try second.type("two\n")
      #expect(first.shows("two\n") && second.shows("one\n"))
      first.endInput()
      #expect(first.readToEnd() && second.readToEnd())
      #expect(first.errors == "oops\n" && first.output.hasSuffix("end\n"))
      #expect(try container.exitCode() == "0")
      try container.remove()
    }
  }

  @Test("a client that leaves ends the input, unless it is to stay open", arguments: Monitor.runtimes)
  func leaveOpen(runtime: String) throws {
    try onScene { scene in
      let staying = try MonitoredContainer(scene, runtime, "cat", words: ["-i", "--leave-stdin-open"]).run()
      for word in ["one\n", "two\n"] {
        let client = try staying.attach()
        try client.type(word)
        #expect(client.shows(word))
        client.close()
      }
      #expect(!staying.hasExited)
      try staying.kill()
      _ = try staying.exitCode()
      try staying.remove()
      #expect(staying.lines == ["one", "two"])

      let ending = try MonitoredContainer(scene, runtime, "cat", words: ["-i"]).run()
      let client = try ending.attach()
      try client.type("one\n")
      client.close()
      #expect(try ending.exitCode() == "0")
      try ending.remove()
      #expect(ending.lines == ["one"])
    }
  }

  @Test("input of every byte passes unchanged, faster than the container reads it", arguments: Monitor.runtimes)
  func binary(runtime: String) throws {
    try onScene { scene in
      let container = try MonitoredContainer(scene, runtime, "sleep 0.5; sha256sum", words: ["-i"]).run()
      let client = try container.attach()
      var bytes: [UInt8] = []
      for index in 0..<2_000_000 { bytes.append(UInt8(truncatingIfNeeded: index &* 31 &+ index >> 8)) }
      for start in stride(from: 0, to: bytes.count, by: 30_000) {
        try client.send(Array(bytes[start..<min(start + 30_000, bytes.count)]))
      }
      client.endInput()
      #expect(try container.exitCode() == "0")
      try Data(bytes).write(to: URL(filePath: container.folder + "/bytes"))
      let expected = try Command("sha256sum", [container.folder + "/bytes"]).run().output.prefix(64)
      #expect(container.lines.first?.prefix(64) == expected)
      try container.remove()
    }
  }

  @Test("a client that stops reading delays neither the log nor the exit for long", arguments: Monitor.runtimes)
  func stuckClient(runtime: String) throws {
    try onScene { scene in
      let script =
        "i=0; while [ $i -lt 40 ]; do dd if=/dev/zero bs=1M count=1 2>/dev/null | tr '\\0' x; echo; i=$((i+1)); done"
      let container = try MonitoredContainer(scene, runtime, script)
      #expect(try container.create().value > 0)
      let stuck = try container.attach()
      let reader = try container.attach()
      let begin = Moment.monotonic()
      try container.start()
      #expect(reader.readToEnd())
      #expect(try container.exitCode() == "0")
      #expect(seconds(since: begin) < 15)
      #expect(reader.shown[2]?.count == 40 * ((1 << 20) + 1))
      #expect(container.records.map(\.content.utf8.count).reduce(0, +) == 40 << 20)
      // What had been sent before can still be read, then it ends.
      #expect(stuck.readToEnd())
      #expect((stuck.shown[2]?.count ?? 0) < 40 << 20)
      try container.remove()
    }
  }

  @Test("a client that reads slowly gets everything", arguments: Monitor.runtimes)
  func slowClient(runtime: String) throws {
    try onScene { scene in
      let script = "dd if=/dev/zero bs=1M count=6 2>/dev/null | tr '\\0' x"
      let container = try MonitoredContainer(scene, runtime, script)
      #expect(try container.create().value > 0)
      let client = try container.attach()
      try container.start()
      while client.readOne(within: 10) { usleep(2000) }
      #expect(client.hasEnded)
      #expect(client.shown[2]?.count == 6 << 20)
      #expect(try container.exitCode() == "0")
      try container.remove()
    }
  }

  @Test("a bundle's path may be longer than a socket's, by the bundle and by a link to it", arguments: Monitor.runtimes)
  func longPath(runtime: String) throws {
    try onScene { scene in
      let container = try MonitoredContainer(scene, runtime, "read x; echo got $x", words: ["-i"])
      let deep = container.folder + "/" + String(repeating: "d", count: 120)
      try FileManager.default.createDirectory(atPath: deep, withIntermediateDirectories: true)
      let long = deep + "/bundle"
      try FileManager.default.copyItem(atPath: container.bundle.path, toPath: long)
      let sockets = container.folder + "/sockets"
      try FileManager.default.createDirectory(atPath: sockets, withIntermediateDirectories: true)
      for full in [true, false] {
        var command = container.command(["-b", long, "--socket-dir-path", sockets])
        if !full { command.arguments.removeAll { $0 == "--full-attach" } }
        try command.run().checked()
        #expect(eventually { Host.exists(long + "/attach") && container.containerPid > 0 })
        #expect(Host.exists(sockets + "/" + container.id) == !full)
        let client = try AttachedClient(full ? long + "/attach" : sockets + "/" + container.id + "/attach")
        try container.start()
        try client.type("word\n")
        #expect(client.shows("got word"))
        _ = try container.exitCode()
        try container.remove()
        #expect(!Host.exists(sockets + "/" + container.id))
        for path in [container.exitFile, container.folder + "/pidfile", long + "/attach"] {
          try FileManager.default.removeItem(atPath: path)
        }
      }
    }
  }

  @Test("a client from before the start gets all, and the end, of a monitor that sleeps", arguments: Monitor.runtimes)
  func sleepingMonitor(runtime: String) throws {
    try onScene { scene in
      for script in ["echo first", "true"] {
        let container = try MonitoredContainer(scene, runtime, script)
        #expect(try container.create().value > 0)
        Glibc.kill(container.monitorPid, SIGSTOP)
        let client = try container.attach()
        try container.start()
        usleep(200_000)
        Glibc.kill(container.monitorPid, SIGCONT)
        #expect(client.readToEnd() && client.failure == nil)
        #expect(client.output == (script == "true" ? "" : "first\n"))
        #expect(try container.exitCode() == "0")
        try container.remove()
      }
    }
  }

  @Test("many clients come and go", arguments: Monitor.runtimes)
  func comingAndGoing(runtime: String) throws {
    try onScene { scene in
      let container = try MonitoredContainer(scene, runtime, "while read x; do echo $x; done", words: ["-i"])
      container.words += ["--leave-stdin-open"]
      try container.run()
      let folder = "/proc/\(container.monitorPid)/fd"
      var most = 0
      for number in 0..<100 {
        let client = try container.attach()
        try client.type("\(number)\n")
        #expect(client.shows("\(number)\n"))
        // With the first client.
        if number == 0 { most = Host.names(in: folder).count }
      }
      #expect(eventually { Host.names(in: folder).count < most })
      try container.kill()
      _ = try container.exitCode()
      try container.remove()
      #expect(container.lines == (0..<100).map(String.init))
    }
  }
}
