// What Podman's options ask for is there, seen from inside and from outside the container.

import Foundation
import Testing

@Suite(
  "Podman's confinement", .serialized, .containers,
  .needs(.program("podman"), .program("conmon"), .program("prlimit")))
struct PodmanConfinementTests {
  @Test("--memory and --pids-limit", .needs(.controller("memory"), .controller("pids")))
  func limits() throws {
    try Podman.play { podman in
      let id = try podman.start("--memory", "32m", "--pids-limit", "20")
      for (controller, file, value) in [("memory", "memory.limit_in_bytes", "33554432"), ("pids", "pids.max", "20")] {
        #expect(try podman.setting(id, controller, file) == value)
        #expect(try podman.exec(id, "cat /sys/fs/cgroup/\(controller)/\(file)").trimmed == value)
      }
    }
  }

  @Test("--cap-drop and --cap-add")
  func capabilities() throws {
    try Podman.play { podman in
      let id = try podman.start("--cap-drop", "all", "--cap-add", "chown")
      let outside = RunningProcess.status(try podman.pid(id))
      for field in ["CapPrm", "CapEff", "CapBnd"] {
        #expect(outside[field] == "0000000000000001")
        #expect(try podman.exec(id, "grep \(field) /proc/1/status").trimmed.hasSuffix("\t0000000000000001"))
      }
      #expect(try podman.exec(id, "touch /tmp/x && chown 7 /tmp/x").succeeded)
      #expect(try podman.exec(id, "mknod /tmp/y c 1 3").code != 0)
    }
  }

  @Test("--security-opt seccomp=FILE")
  func seccomp() throws {
    try Podman.play { podman in
      let profile = podman.scene.folder + "/profile.json"
      let text = """
        {"defaultAction": "SCMP_ACT_ALLOW",
         "syscalls": [{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO", "errnoRet": 122}]}
        """
      try Data(text.utf8).write(to: URL(filePath: profile))
      let id = try podman.start("--security-opt", "seccomp=" + profile)
      #expect(RunningProcess.status(try podman.pid(id))["Seccomp"] == "2")
      let outcome = try podman.exec(id, "grep Seccomp: /proc/1/status; touch /tmp/x; mkdir /tmp/y")
      #expect(outcome.code == 1 && outcome.output == "Seccomp:\t2\n", "\(outcome)")
      // EDQUOT, which nothing but the profile gives here.
      #expect(outcome.errors.lowercased().contains("quota exceeded"), "\(outcome)")
      let open = try podman.start("--security-opt", "seccomp=unconfined")
      #expect(RunningProcess.status(try podman.pid(open))["Seccomp"] == RunningProcess.status("self")["Seccomp"])
      #expect(try podman.exec(open, "mkdir /tmp/y").succeeded)
    }
  }

  @Test("--read-only")
  func readOnly() throws {
    try Podman.play { podman in
      let id = try podman.start("--read-only")
      let outcome = try podman.exec(id, "touch /home/x")
      #expect(outcome.code == 1 && outcome.errors.contains("Read-only file system"), "\(outcome)")
      let root = Host.lines(of: "/proc/\(try podman.pid(id))/mountinfo").compactMap(MountInfo.init)
        .last { $0.point == "/" }
      #expect(root?.options.first == "ro")
      let writable = try podman.start()
      #expect(try podman.exec(writable, "touch /home/x").succeeded)
      #expect(Host.exists("/proc/\(try podman.pid(writable))/root/home/x"))
    }
  }

  @Test("--uidmap and --gidmap", .needs(.userNamespaces))
  func userNamespace() throws {
    try Podman.play { podman in
      let id = try podman.start("--uidmap", "0:200000:65536", "--gidmap", "0:300000:65536")
      let pid = try podman.pid(id)
      for (file, first, field) in [("uid_map", "200000", "Uid"), ("gid_map", "300000", "Gid")] {
        let inside = try podman.exec(id, "cat /proc/self/\(file)").trimmed
        #expect(inside.split(separator: " ") == ["0", Substring(first), "65536"])
        #expect(Host.read("/proc/\(pid)/\(file)")?.trimmed == inside)
        #expect(RunningProcess.status(pid)[field]?.hasPrefix(first + "\t") == true)
      }
      #expect(try podman.exec(id, "id -u; touch /tmp/x; stat -c %u /tmp/x").output == "0\n0\n")
      let file = try FileManager.default.attributesOfItem(atPath: "/proc/\(pid)/root/tmp/x")
      #expect(file[.ownerAccountID] as? Int == 200000)
    }
  }

  @Test("--userns container:ID is the user namespace of the other", .needs(.userNamespaces))
  func joinedUserNamespace() throws {
    try Podman.play { podman in
      let first = try podman.start("--uidmap", "0:200000:65536", "--gidmap", "0:300000:65536")
      let second = try podman.start("--userns", "container:" + first)
      let link = "readlink /proc/self/ns/user"
      let host = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/user")
      let joined = try podman.exec(second, link).trimmed
      #expect(try podman.exec(first, link).trimmed == joined && joined != host)
      #expect(RunningProcess.status(try podman.pid(second))["Uid"]?.hasPrefix("200000\t") == true)
      // Podman removes none that another depends on, and does not sort them.
      try podman.call("rm", "--force", "--time", "0", second).checked()
    }
  }

  @Test("--init", .needs(.program("catatonit")))
  func initProcess() throws {
    try Podman.play { podman in
      let id = try podman.start("--init")
      #expect(try podman.exec(id, "cat /proc/1/comm").trimmed != "sh")
      let pid = try podman.pid(id)
      #expect(RunningProcess.status(pid)["NSpid"] == "\(pid)\t1")
      #expect(Int32(pid).flatMap(RunningProcess.init)?.words.contains("podman-init") == true)
      #expect(try podman.run("--init", args: ["sh", "-c", "exit 11"]).code == 11)
    }
  }

  @Test("--network none has a loopback only, host is the host's")
  func network() throws {
    try Podman.play { podman in
      let names = "sed -n 's/^ *\\([^:]*\\):.*/\\1/p' /proc/net/dev"
      let host = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/net")
      let link = "readlink /proc/self/ns/net"
      let none = try podman.start()
      #expect(try podman.exec(none, names).lines == ["lo"])
      #expect(try podman.exec(none, link).trimmed != host)
      let shared = try podman.start(network: "host")
      #expect(try podman.exec(shared, link).trimmed == host)
      #expect(try podman.exec(shared, names).lines == Command(shell: names).run().lines)
    }
  }

  @Test("the limits of open files and processes are Podman's own")
  func resourceLimits() throws {
    try Podman.play { podman in
      let id = try podman.start()
      let outside = Host.lines(of: "/proc/\(try podman.pid(id))/limits").filter { $0.hasPrefix("Max open files") }
      #expect(try podman.exec(id, "grep 'Max open files' /proc/1/limits").lines == outside)
      #expect(outside.first?.split(separator: " ").dropFirst(3).prefix(2) == ["1024", "1024"])
    }
  }
}
