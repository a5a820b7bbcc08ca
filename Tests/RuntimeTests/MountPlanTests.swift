// The plan of one mount.

import Linux
import OCI
import Testing

@testable import ContainerRuntime

@Suite("Mount plans")
struct MountPlanTests {
  private let context = MountContext(
    bundle: "/b", rootfs: "/b/rootfs", mountLabel: "",
    cgroups: .hierarchies([CgroupView.Entry(name: "memory", path: "/sys/fs/cgroup/memory/c1")]))

  private func plan(
    _ destination: String, _ type: String = "", _ source: String = "", _ options: String...
  ) throws(RuntimeError) -> MountPlan {
    try MountPlan(Mount(destination: destination, type: type, source: source, options: options), in: context)
  }

  /// The sentence with which a mount is refused, or `accepted`.
  private func refusal(_ destination: String, _ type: String = "", _ options: String...) -> String {
    do {
      _ = try MountPlan(Mount(destination: destination, type: type, options: options), in: context)
      return "accepted"
    } catch {
      return error.message
    }
  }

  @Test("the mounts of the example bundle become new file systems with their data")
  func example() throws {
    let dev = try plan("/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k")
    #expect(dev.content == .fileSystem("tmpfs"))
    #expect(dev.parameters == [MountParameter("mode", "755"), MountParameter("size", "65536k")])
    #expect(dev.options.flags.newAttributes == [.noSetID, .strictAccessTime])
    #expect(!dev.isReadOnlyLater)
    #expect(try plan("/sys", "sysfs", "sysfs", "ro").isReadOnlyLater == false)
    #expect(try plan("/sys/fs/cgroup", "cgroup", "cgroup", "ro").content == .cgroup(context.cgroups))
  }

  @Test("a bind mount needs no type, and a relative source counts from the bundle")
  func bind() throws {
    let relative = try plan("/data", "none", "data/x", "rbind", "ro")
    #expect(relative.content == .bind(recursive: true))
    #expect(relative.source == "/b/data/x")
    #expect(try plan("/data", "", "/abs", "bind").source == "/abs")
    #expect(try plan("/data", "bind", "/abs").content == .bind(recursive: false))
    #expect(try plan("/t", "tmpfs", "rel").source == "rel")
  }

  @Test("a destination that begins with the root filesystem's own path loses it")
  func hostDestination() throws {
    #expect(try plan("/b/rootfs/mnt/x", "tmpfs").destination == "/mnt/x")
    #expect(try plan("/b/rootfsx/mnt", "tmpfs").destination == "/b/rootfsx/mnt")
    #expect(try plan("relative/../x", "tmpfs").destination == "relative/../x")
  }

  @Test("a read-only tmpfs, and anything new on /dev, stays writable until all is in place")
  func readOnlyLater() throws {
    #expect(try plan("/x", "tmpfs", "tmpfs", "ro").isReadOnlyLater)
    #expect(try plan("/dev/", "devtmpfs", "dev", "ro").isReadOnlyLater)
    #expect(try plan("/dev", "", "/dev", "rbind", "ro").isReadOnlyLater == false)
  }

  @Test("the context of SELinux goes to file systems that take one")
  func label() throws {
    var labelled = context
    labelled.mountLabel = "u:r:t:s0:c1,c2"
    for (type, expected) in [("tmpfs", 1), ("devpts", 1), ("proc", 0), ("sysfs", 0), ("mqueue", 0), ("bind", 0)] {
      let mount = Mount(destination: type == "proc" ? "/proc" : "/x", type: type, source: "/s")
      let found = try MountPlan(mount, in: labelled).parameters
      #expect(found == Array(repeating: MountParameter("context", "u:r:t:s0:c1,c2"), count: expected), "\(type)")
    }
  }

  @Test("what could hide the real /proc or the root is refused")
  func places() {
    #expect(refusal("/proc/sys", "bind").contains("inside /proc"))
    #expect(refusal("/a/../proc//sys/kernel/", "tmpfs").contains("inside /proc"))
    #expect(refusal("/b/rootfs/proc/1", "bind").contains("inside /proc"))
    #expect(refusal("/proc", "tmpfs").contains("not of type proc"))
    #expect(refusal("/x/..", "tmpfs").contains("on top of the rootfs"))
    for allowed in ["/proc/uptime", "/proc/sys/kernel/ns_last_pid", "/process", "/proc/"] {
      #expect(refusal(allowed, "bind") == "accepted", "\(allowed)")
    }
    #expect(refusal("/proc", "proc") == "accepted")
  }

  @Test("what no kernel could do is refused")
  func impossible() {
    #expect(refusal("/x", "").contains("a type is needed"))
    #expect(refusal("", "tmpfs").contains("no destination"))
    #expect(refusal("/x\u{0}y", "tmpfs").contains("zero byte"))
    #expect(refusal("/x", "tmpfs", "size=1\u{0}").contains("zero byte"))
    #expect(refusal("/x", "", "bind", "size=1").contains("filesystem-specific"))
    #expect(refusal("/x", "proc", "tmpcopyup").contains("tmpcopyup needs a tmpfs"))
    #expect(refusal("/x", "", "remount", "ro") == "accepted")
  }

  @Test("the purpose has runc's words")
  func purpose() throws {
    #expect(try plan("/x", "", "/s", "bind").purpose == "error mounting \"/s\" to rootfs at \"/x\"")
  }

  @Test("a cgroup mount shows the container's cgroup of each v1 hierarchy")
  func cgroups() {
    let memory = CgroupDirectory(controllers: ["memory"], mountPoint: "/sys/fs/cgroup/memory", path: "c1")
    let both = CgroupDirectory(controllers: ["cpu", "cpuacct"], mountPoint: "/sys/fs/cgroup/cpu,cpuacct", path: "c1")
    let unified = CgroupDirectory(controllers: [], mountPoint: "/sys/fs/cgroup/unified", path: "c1")
    #expect(
      CgroupView(Cgroup(directories: [memory, both, unified]))
        == .hierarchies([
          CgroupView.Entry(name: "memory", path: "/sys/fs/cgroup/memory/c1"),
          CgroupView.Entry(name: "cpu,cpuacct", path: "/sys/fs/cgroup/cpu,cpuacct/c1"),
        ]))
    #expect(CgroupView(Cgroup(directories: [unified])) == .unified(path: "/sys/fs/cgroup/unified/c1"))
  }
}
