// Where a container's cgroup goes.

import Testing

@testable import ContainerRuntime

@Suite("Cgroup paths")
struct CgroupPathTests {
  static let hybrid = CgroupLayout(hierarchies: [
    CgroupHierarchy(controllers: ["memory"], mountPoint: "/m", own: "jobs/one"),
    CgroupHierarchy(controllers: ["cpu", "cpuacct"], mountPoint: "/c", own: ""),
    CgroupHierarchy(controllers: [], mountPoint: "/u", own: "user.slice"),
  ])
  static let v2 = CgroupLayout(hierarchies: [
    CgroupHierarchy(controllers: [], mountPoint: "/sys/fs/cgroup", own: "user.slice/session-1.scope")
  ])

  private func paths(_ cgroupsPath: String, _ layout: CgroupLayout) throws -> [String] {
    try Cgroup(cgroupsPath: cgroupsPath, id: "box", layout: layout).directories.map { $0.absolutePath }
  }

  @Test("an absolute path is below the mount point of each hierarchy")
  func absolute() throws {
    #expect(try paths("/a/b", Self.hybrid) == ["/m/a/b", "/c/a/b", "/u/a/b"])
    #expect(try paths("/a/b", Self.v2) == ["/sys/fs/cgroup/a/b"])
  }

  @Test("a relative path is below the caller's own cgroup, in a pure v2 tree beside it")
  func relative() throws {
    #expect(try paths("a/b", Self.hybrid) == ["/m/jobs/one/a/b", "/c/a/b", "/u/a/b"])
    #expect(try paths("a/b", Self.v2) == ["/sys/fs/cgroup/user.slice/a/b"])
  }

  @Test("without a path the container's id is the relative path")
  func byID() throws {
    #expect(try paths("", Self.hybrid) == ["/m/jobs/one/box", "/c/box", "/u/box"])
    #expect(try paths("", Self.v2) == ["/sys/fs/cgroup/user.slice/box"])
  }

  @Test(
    "`..` never leads out of the hierarchy",
    arguments: [
      ("/../../a", "/m/a"), ("/a/../../b//c/./", "/m/b/c"), ("../../a", "/m/jobs/one/a"),
      ("a/../../../b", "/m/jobs/one/b"),
    ])
  func cleaned(path: String, expected: String) throws {
    #expect(try paths(path, Self.hybrid)[0] == expected)
  }

  @Test("a path in the systemd driver's form is a path like any other, as with runc")
  func systemdForm() throws {
    #expect(try paths("system.slice:apus:box", Self.hybrid)[1] == "/c/system.slice:apus:box")
  }

  @Test("a path that names no cgroup of its own is refused", arguments: ["/", "/..", ".", "a/..", "//.", "a\0b"])
  func refused(path: String) {
    #expect(throws: RuntimeError.self) { try Cgroup(cgroupsPath: path, id: "box", layout: Self.hybrid) }
  }

  @Test("a cgroup restored from its directories is the same one")
  func restored() throws {
    let cgroup = try Cgroup(cgroupsPath: "/a", id: "box", layout: Self.hybrid)
    #expect(Cgroup(directories: cgroup.directories) == cgroup)
    #expect(cgroup.kind == .hybrid)
    #expect(cgroup.directory(of: "cpuacct")?.mountPoint == "/c")
    #expect(cgroup.directory(of: "pids") == nil)
    #expect(cgroup.unifiedDirectory?.mountPoint == "/u")
  }
}
