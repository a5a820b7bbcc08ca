// The plans of the root filesystem, of devices and of kernel parameters.

import Linux
import OCI
import Testing

@testable import ContainerRuntime

@Suite("Rootfs plans")
struct RootfsPlanTests {
  private func plan(_ propagation: RootfsPropagation?) -> RootfsPlan {
    RootfsPlan(path: "/r", propagation: propagation)
  }

  @Test("without a word mounts of the host come in, none go out, and the root is private")
  func standard() {
    #expect(plan(nil).ofHost == PropagationChange(.slave, isRecursive: true))
    #expect(plan(nil).ofRoot == .private)
    #expect(plan(nil).ofFinalRoot == nil)
  }

  @Test(
    "each propagation reaches the root, and only shared and unbindable wait for the pivot",
    arguments: [
      (RootfsPropagation.shared, MountPropagation.shared, true), (.slave, .slave, false),
      (.private, .private, false), (.unbindable, .unbindable, true), (.recursivelyShared, .shared, true),
      (.recursivelySlave, .slave, false), (.recursivelyPrivate, .private, false),
      (.recursivelyUnbindable, .unbindable, true),
    ])
  func propagation(asked: RootfsPropagation, kind: MountPropagation, waits: Bool) {
    let change = PropagationChange(kind, isRecursive: asked.isRecursive)
    #expect(plan(asked).ofHost == change)
    #expect(plan(asked).ofFinalRoot == (waits ? change : nil))
    #expect(plan(asked).ofParent == (kind == .slave ? .slave : .private))
    #expect(plan(asked).ofRoot == (kind == .slave ? nil : .private))
  }

  @Test("the host is cut off at once only by recursive slave or private")
  func cutOff() {
    let atOnce = (UInt8(0)..<8).compactMap(RootfsPropagation.init).filter { plan($0).cutsOff }
    #expect(atOnce == [.recursivelyPrivate, .recursivelySlave])
    #expect(plan(nil).cutsOff)
  }

  @Test("the default devices come first, an entry replaces its default, and ptmx stays a link")
  func devices() throws {
    let tty = DeviceNode(path: "/dev//tty", kind: .unbuffered, major: 5, minor: 0, fileMode: 0o100600, uid: 7, gid: 8)
    let ptmx = DeviceNode(path: "/dev/ptmx", kind: .character, major: 5, minor: 2)
    let pipe = DeviceNode(path: "/run/pipe", kind: .fifo, major: 3, minor: 4)
    let nodes = try DevicePlan.nodes([tty, ptmx, pipe])
    #expect(
      nodes.map(\.path)
        == ["/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev//tty", "/run/pipe"])
    #expect(nodes[5].kind == .characterDevice && nodes[5].mode == 0o600 && nodes[5].uid == 7 && nodes[5].gid == 8)
    #expect(nodes[6].kind == .fifo && nodes[6].device == DeviceNumber(major: 0, minor: 0))
    #expect(nodes[0].mode == 0o666 && nodes[0].device == DeviceNumber(major: 1, minor: 3))
  }

  @Test(
    "a device without a possible number or path is refused", arguments: [(-1, 0), (4096, 0), (1, 1 << 20), (1, -1)])
  func impossibleDevices(major: Int64, minor: Int64) {
    let node = DeviceNode(path: "/dev/x", kind: .block, major: major, minor: minor)
    #expect(throws: RuntimeError.self) { try DevicePlan.nodes([node]) }
    #expect(throws: RuntimeError.self) {
      try DevicePlan.nodes([DeviceNode(path: "/x/..", kind: .block, major: 1, minor: 1)])
    }
  }

  @Test("a bind mount over /dev keeps what it has")
  func deviceNeed() throws {
    let context = MountContext(bundle: "/b", rootfs: "/r")
    let bound = try MountPlan(Mount(destination: "/dev/", source: "/dev", options: ["rbind"]), in: context)
    let own = try MountPlan(Mount(destination: "/dev", type: "tmpfs"), in: context)
    let other = try MountPlan(Mount(destination: "/dev/x", source: "/x", options: ["bind"]), in: context)
    #expect(!DevicePlan.areNeeded([bound]))
    #expect(DevicePlan.areNeeded([own, other]))
  }

  @Test(
    "the name of a kernel parameter becomes a path as sysctl(8) reads it",
    arguments: [
      ("net.ipv4.ip_forward", "sys/net/ipv4/ip_forward"), ("net/ipv4/ip_forward", "sys/net/ipv4/ip_forward"),
      ("net.ipv4.conf.eth0/1.forwarding", "sys/net/ipv4/conf/eth0.1/forwarding"),
      ("net/ipv4/conf/eth0.1/forwarding", "sys/net/ipv4/conf/eth0.1/forwarding"), ("x", "sys/x"),
    ])
  func parameters(name: String, path: String) throws { #expect(try SysctlPath(name).text == path) }

  @Test(
    "no name leaves /proc/sys",
    arguments: [
      "", ".", "..", "/", "a..b", ".a", "a.", "kernel/../fs", "/kernel/x", "kernel.//.x", "kernel./.x", "a b", "a\nb",
      "a\u{0}b", "net.ipv4.\u{e9}", "kernel/./x",
    ])
  func smuggledNames(name: String) {
    #expect(throws: RuntimeError.self) { try SysctlPath(name) }
  }

  @Test("the value of a kernel parameter is one line")
  func values() throws {
    try SysctlPath.check(value: "1 2\t3", of: "x")
    #expect(throws: RuntimeError.self) { try SysctlPath.check(value: "1\nkernel.core_pattern=|x", of: "x") }
    #expect(throws: RuntimeError.self) { try SysctlPath.check(value: "1\u{0}", of: "x") }
  }

  @Test("paths are cleaned by their letters, each once")
  func paths() {
    #expect(ContainerPath("a//./b/../c/").text == "/a/c")
    #expect(ContainerPath("/../..").text == "/")
    #expect(ContainerPath.unique(["/a", "a/", "/b/../a", "/b"]) == ["/a", "/b"])
  }

  @Test("lines of mountinfo tell the bare procfs and sysfs of the host")
  func bareMounts() {
    let text = """
      22 27 0:21 / /proc rw,relatime shared:5 master:1 - proc proc rw
      23 27 0:22 / /sys rw - sysfs sysfs rw
      24 22 0:21 /sys /proc/sys ro - proc proc rw
      25 27 0:40 / /b/my\\040rootfs/proc rw - proc proc rw
      26 27 0:41 / /b/my\\040rootfs2/proc rw - proc proc rw
      27 1 254:0 / / rw - ext4 /dev/vda rw
      broken line
      """
    let mounts = MountInfo.all(in: Array(text.utf8))
    #expect(mounts.count == 6)
    #expect(mounts[3].mountPoint == "/b/my rootfs/proc")
    let bare = mounts.filter { $0.isBare(outside: "/b/my rootfs") }
    #expect(bare.map(\.mountPoint) == ["/proc", "/sys", "/b/my rootfs2/proc"])
  }
}
