// The cgroup layout of a host, from the files of /proc.

import Testing

@testable import ContainerRuntime

@Suite("Cgroup layout")
struct CgroupLayoutTests {
  private func layout(mountinfo: String, cgroup: String, pieces: Int = 1 << 20) -> CgroupLayout {
    var scan = CgroupMountScan(memberships: CgroupMembership.all(in: Array(cgroup.utf8)))
    var rest = Array(mountinfo.utf8)[...]
    while !rest.isEmpty && !scan.isComplete {
      scan.add(rest.prefix(pieces))
      rest = rest.dropFirst(pieces)
    }
    return CgroupLayout(scan)
  }

  static let hybridMounts = """
    23 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw
    31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
    32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:4 - cgroup cgroup rw,cpu,cpuacct
    34 31 0:31 / /sys/fs/cgroup/cpuset rw,relatime shared:5 master:1 - cgroup cgroup rw,cpuset
    35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
    40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,xattr,name=systemd
    41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw,nsdelegate

    """
  static let hybridCgroup = """
    9:name=systemd:/
    4:memory:/jobs/one
    3:cpuset:/
    2:cpu,cpuacct:/
    0::/user.slice

    """

  @Test("a hybrid host has its v1 hierarchies with cpu last of them, and the v2 tree at the end")
  func hybrid() {
    let layout = layout(mountinfo: Self.hybridMounts, cgroup: Self.hybridCgroup)
    #expect(layout.kind == .hybrid)
    #expect(
      layout.hierarchies == [
        CgroupHierarchy(controllers: ["cpuset"], mountPoint: "/sys/fs/cgroup/cpuset", own: ""),
        CgroupHierarchy(controllers: ["memory"], mountPoint: "/sys/fs/cgroup/memory", own: "jobs/one"),
        CgroupHierarchy(controllers: ["name=systemd"], mountPoint: "/sys/fs/cgroup/systemd", own: ""),
        CgroupHierarchy(controllers: ["cpu", "cpuacct"], mountPoint: "/sys/fs/cgroup/cpu,cpuacct", own: ""),
        CgroupHierarchy(controllers: [], mountPoint: "/sys/fs/cgroup/unified", own: "user.slice"),
      ])
  }

  @Test("pieces that end inside a line change nothing", arguments: [1, 7, 64, 100])
  func pieces(size: Int) {
    let whole = layout(mountinfo: Self.hybridMounts, cgroup: Self.hybridCgroup)
    #expect(layout(mountinfo: Self.hybridMounts, cgroup: Self.hybridCgroup, pieces: size) == whole)
  }

  @Test("without a v2 mount the host is v1, though /proc names the v2 tree")
  func v1() {
    let mounts = "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
    let layout = layout(mountinfo: mounts, cgroup: "4:memory:/\n0::/\n")
    #expect(layout.kind == .v1)
    #expect(layout.hierarchies.count == 1)
  }

  @Test("a v2 tree at /sys/fs/cgroup makes a pure v2 host, whatever else is mounted")
  func v2() {
    let mounts = """
      30 23 0:26 / /run/legacy rw - cgroup cgroup rw,name=legacy
      31 23 0:27 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate

      """
    let layout = layout(mountinfo: mounts, cgroup: "1:name=legacy:/\n0::/system.slice/a.service\n")
    #expect(layout.kind == .v2)
    #expect(
      layout.hierarchies == [
        CgroupHierarchy(controllers: [], mountPoint: "/sys/fs/cgroup", own: "system.slice/a.service")
      ])
  }

  @Test("the mount below /sys/fs/cgroup wins over a copy elsewhere, before or after it")
  func copies() {
    let usual = "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
    let copy = "99 31 0:32 /a /var/lib/box/sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
    for mounts in [usual + copy, copy + usual] {
      let layout = layout(mountinfo: mounts, cgroup: "4:memory:/a\n")
      #expect(layout.hierarchies.map { $0.mountPoint } == ["/sys/fs/cgroup/memory"])
      #expect(layout.hierarchies.map { $0.own } == ["a"])
    }
    #expect(layout(mountinfo: copy, cgroup: "4:memory:/a/b\n").hierarchies.map { $0.own } == ["b"])
  }

  @Test("a cgroup outside of the mounted part counts as the mount's top")
  func outside() {
    let mounts = "35 31 0:32 /box/a /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
    #expect(layout(mountinfo: mounts, cgroup: "4:memory:/box/ab\n").hierarchies.map { $0.own } == [""])
    #expect(layout(mountinfo: mounts, cgroup: "4:memory:/box/a/b\n").hierarchies.map { $0.own } == ["b"])
  }

  @Test("octal escapes in mount points are decoded, colons in cgroup names kept, other lines passed over")
  func odd() {
    let mounts = "broken\n35 31 0:32 / /sys/fs/cgroup/a\\040b\\134c rw - cgroup cgroup rw,memory\n1 2 - cgroup\n"
    let layout = layout(mountinfo: mounts, cgroup: "nonsense\n4:memory:/a:b:c\n")
    #expect(
      layout.hierarchies == [
        CgroupHierarchy(controllers: ["memory"], mountPoint: "/sys/fs/cgroup/a b\\c", own: "a:b:c")
      ])
  }

  @Test("this host's files are understood")
  func thisHost() throws {
    _ = try CgroupLayout.detect()
  }
}
