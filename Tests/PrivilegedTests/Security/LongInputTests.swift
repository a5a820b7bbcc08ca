// A12 and A13: inputs of strange sizes and kinds (CVE-2021-43784, CVE-2025-24965, CVE-2025-4437).

import Foundation
import Linux
import Testing

@Suite("A12, A13: long and strange inputs", .serialized, .containers)
struct LongInputTests {
  // Red when a length of the message to the container's init wraps at 16 bits or is not checked.
  @Test("an id map of 70 KB is refused or works, and maps nothing else", .needs(.userNamespaces, .apus))
  func longMap() throws {
    try onScene { scene in
      let bundle = try scene.bundle()
      for count in [5, 200, 341, 3500] {
        let outcome = try scene.container(bundle) {
          $0.linux.namespaces.array.append(["type": "user"])
          // Root first, the rest one by one with gaps, so that nothing can be merged.
          let lines = (0..<count).map { index -> JSON in
            ["containerID": .integer(index), "hostID": .integer(100_000 + 2 * index), "size": 1]
          }
          $0.linux["uidMappings"] = .array(lines)
          $0.linux["gidMappings"] = .array(lines)
          $0.process.args = ["sh", "-c", "wc -l </proc/self/uid_map; id -u; grep -c . /proc/self/gid_map"]
          $0.mounts.array.removeAll { $0.type == "mqueue" || $0.type == "sysfs" || $0.type == "devpts" }
        }.run()
        if outcome.succeeded {
          #expect(outcome.output == "\(count)\n0\n\(count)\n", "\(outcome)")
        } else {
          #expect(outcome.errors != "" && count > 200, "\(outcome)")
        }
      }
    }
  }

  @Test("a namespace path of 70 KB is refused, whatever follows at the wrap", .needs(.apus))
  func longPath() throws {
    try onScene { scene in
      let bundle = try scene.bundle()
      for length in [4095, 4096, 5000, 65_535, 65_536, 65_560, 70_000] {
        for tail in ["", "/proc/1/ns/net"] {
          let path = "/" + String(repeating: "x", count: length - 1) + tail
          let outcome = try scene.container(bundle) {
            let network = $0.linux.namespaces.array.firstIndex { $0.type == "network" } ?? 0
            $0.linux.namespaces[network].path = .string(path)
          }.create()
          #expect(outcome.code == 1 && outcome.errors != "", "\(length): \(outcome)")
        }
      }
    }
  }

  @Test("arguments, variables and annotations of 100 KB arrive whole")
  func longTexts() throws {
    try onScene { scene in
      let text = String(repeating: "0123456789", count: 10_000)
      let container = try scene.container {
        $0.process.args = [
          "sh", "-c", "echo ${#1} ${#LONG}; echo $1 | tail -c 11; echo $LONG | head -c 10", "sh", .string(text),
        ]
        $0.process.env.array.append(.string("LONG=" + text))
        $0["annotations"] = ["long": .string(text)]
      }
      let outcome = try container.run().checked()
      #expect(outcome.output == "100000 100000\n0123456789\n0123456789")
    }
  }

  @Test("a host name that is too long, and one with a zero byte, are refused", .needs(.apus))
  func longHostName() throws {
    try onScene { scene in
      for name in [String(repeating: "h", count: 65), String(repeating: "h", count: 70_000), "with\u{0}zero"] {
        let outcome = try scene.container(scene.bundle()) { $0.hostname = .string(name) }.create()
        #expect(outcome.code == 1 && outcome.errors.contains("hostname"), "\(outcome)")
      }
    }
  }

  @Test("a zero byte in a path, an argument or a variable is refused and never cuts the text", .needs(.apus))
  func zeroBytes() throws {
    try onScene { scene in
      let changes: [(inout JSON) -> Void] = [
        { $0.process.args = ["sh\u{0}x", "-c", "true"] }, { $0.process.args = ["sh", "-c", "echo cut\u{0}tail"] },
        { $0.process.env.array.append("A=1\u{0}B=2") }, { $0.process.cwd = "/tmp\u{0}/x" },
        { $0.root.path = "rootfs\u{0}x" }, { $0.linux.maskedPaths = ["/proc/keys\u{0}x"] },
        { $0.mounts.array.append(["destination": "/x\u{0}y", "type": "tmpfs", "source": "t"]) },
        { $0.linux["sysctl"] = ["kernel.shm_rmid_forced": "1\u{0}2"] },
        { $0.linux.cgroupsPath = .string(($0.linux.cgroupsPath.string ?? "") + "\u{0}x") },
      ]
      for (index, change) in changes.enumerated() {
        let outcome = try scene.container(scene.bundle(), change).run()
        #expect(outcome.code == 1 && outcome.output == "" && outcome.errors != "", "change \(index): \(outcome)")
      }
    }
  }

  /// What the image may have in the place of a file that the runtime reads.
  enum Strange: String, CaseIterable, CustomTestStringConvertible, Sendable {
    case fifo, zeros, folder, socket, hole, linkOutside, longLine, garbage

    var testDescription: String { rawValue }

    func put(_ name: String, in bundle: TestBundle, canary: String) throws {
      let path = bundle.rootfs + "/" + name
      try? FileManager.default.removeItem(atPath: path)
      switch self {
      case .fifo: try Descriptor.workingDirectory.makeNode(path, kind: .fifo, mode: 0o666)
      case .socket: try Descriptor.workingDirectory.makeNode(path, kind: .socket, mode: 0o666)
      case .zeros:
        try Descriptor.workingDirectory.makeNode(
          path, kind: .characterDevice, mode: 0o666, device: DeviceNumber(major: 1, minor: 5))
      case .folder: try Descriptor.workingDirectory.makeDirectory(path, mode: 0o755)
      case .hole:
        try bundle.write(name, "")
        try Descriptor.workingDirectory.open(path, [.writeOnly]).truncate(to: 1 << 30)
      case .linkOutside: try Descriptor.workingDirectory.makeSymbolicLink(path, to: canary)
      case .longLine: try bundle.write(name, String(repeating: "root:x:0:0:", count: 300_000))
      case .garbage: try bundle.write(name, "\u{0}\n:::\nroot\nroot:x:0:0:r:/a\u{7}b\nx:y:z\n")
      }
    }
  }

  // Red when a file of the image is opened by path, without O_NONBLOCK, without a look at its kind or without a bound:
  // a fifo hangs, the device of zeros and the hole eat memory, the link tells what the host has.
  @Test(
    "passwd and group of strange kinds neither hang nor eat memory nor lead to the host", arguments: Strange.allCases)
  func imageFiles(strange: Strange) throws {
    try onScene { scene in
      let canary = scene.folder + "/passwd"
      try Data("root:x:0:0:root:/from/the/host:/bin/sh\n".utf8).write(to: URL(filePath: canary))
      let bundle = try scene.bundle {
        $0.process.args = ["sh", "-c", "echo home=$HOME"]
        $0.process.user["additionalGids"] = [5]
      }
      for name in ["etc/passwd", "etc/group"] { try strange.put(name, in: bundle, canary: canary) }
      // Memory of the runtime and its children is bounded by what the shell allows them: 200 MB.
      var command = try scene.container(bundle).command("run")
      if Runtime.isApus {
        command.arguments = ["-c", "ulimit -v 200000; exec \"$0\" \"$@\"", command.program] + command.arguments
        command.program = "/bin/sh"
      }
      command.timeLimit = 10
      let outcome = try command.run()
      #expect(outcome.seconds < 5)
      #expect(!outcome.output.contains("from/the/host"), "\(outcome)")
      // Refusing is as good as going on without the file, but a container that starts has a home that is a path.
      #expect(outcome.code == 1 || outcome.output.hasPrefix("home=/"), "\(outcome)")
      let running = try scene.container(scene.bundle { $0.process.args = ["sleep", "100"] }).start()
      for name in ["etc/passwd", "etc/group"] { try strange.put(name, in: running.bundle, canary: canary) }
      var exec = scene.runtime.command(["exec", "--user", "0:0", running.id, "sh", "-c", "echo home=$HOME"])
      exec.timeLimit = 10
      let inside = try exec.run()
      #expect(inside.seconds < 5 && !inside.output.contains("from/the/host"), "\(inside)")
      try running.remove()
    }
  }

  @Test(
    "a program that is a fifo, a device or a folder is refused without hanging",
    arguments: [
      Strange.fifo, .zeros, .folder, .socket,
    ])
  func programs(strange: Strange) throws {
    try onScene { scene in
      let bundle = try scene.bundle { $0.process.args = ["/program"] }
      try strange.put("program", in: bundle, canary: "/bin/true")
      if strange != .folder { try Descriptor.workingDirectory.changeMode(of: bundle.rootfs + "/program", 0o777) }
      var command = try scene.container(bundle).command("run")
      command.timeLimit = 10
      let outcome = try command.run()
      #expect(outcome.code == 1 && outcome.errors != "", "\(outcome)")
    }
  }
}
