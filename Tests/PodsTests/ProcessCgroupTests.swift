// Where a process is in the cgroup file system.

import Testing

@testable import Pods

@Suite("Cgroup of a process")
struct ProcessCgroupTests {
  private static let hybrid = """
    12:cpu,cpuacct:/pods/apus-1
    4:freezer:/pods/a:b
    1:name=systemd:/system.slice
    0::/unified
    """

  @Test("version 1 by the freezer's hierarchy, version 2 by its own line; colons belong to paths")
  func paths() {
    #expect(ProcessCgroup.path(in: Self.hybrid, isUnified: false) == "/pods/a:b")
    #expect(ProcessCgroup.path(in: Self.hybrid, isUnified: true) == "/unified")
    #expect(
      ProcessCgroup.path(in: "0::/kubepods.slice/apus-2.scope\n", isUnified: true) == "/kubepods.slice/apus-2.scope")
  }

  @Test("none where there is no such hierarchy, no path, or a group that was removed")
  func none() {
    #expect(ProcessCgroup.path(in: "0::/x\n", isUnified: false) == nil)
    #expect(ProcessCgroup.path(in: "", isUnified: true) == nil)
    #expect(ProcessCgroup.path(in: "0\n", isUnified: true) == nil)
    #expect(ProcessCgroup.path(in: "0::/x (deleted)\n", isUnified: true) == nil)
  }

  @Test("this process is somewhere")
  func own() {
    let isUnified = HostFacts.current().hasUnifiedCgroupsOnly
    #expect(ProcessCgroup.path(of: 1, isUnified: isUnified)?.hasPrefix("/") == true)
    #expect(ProcessCgroup.path(of: 0, isUnified: isUnified) == nil)
  }
}
