// The values of `exec --cgroup`.

import Testing

@testable import ContainerRuntime

@Suite("Sub-cgroups of exec")
struct CgroupSubPathTests {
  private func path(_ arguments: [String], _ controllers: [String]) throws -> String {
    try SubCgroups(arguments).path(in: CgroupDirectory(controllers: controllers, mountPoint: "/m", path: "box"))
  }

  @Test("a path alone is for every hierarchy")
  func alone() throws {
    #expect(try path([], ["cpu"]) == "")
    #expect(try path(["/"], ["cpu"]) == "")
    #expect(try path(["a/b"], ["cpu"]) == "a/b")
    #expect(try path(["/a/../b"], []) == "b")
  }

  @Test("a path with controllers is for their hierarchies")
  func controllers() throws {
    let arguments = ["memory:submem", "cpu,cpuacct:subcpu"]
    #expect(try path(arguments, ["memory"]) == "submem")
    #expect(try path(arguments, ["cpu", "cpuacct"]) == "subcpu")
    #expect(try path(arguments, ["cpuacct"]) == "subcpu")
    #expect(try path(arguments, ["pids"]) == "")
    #expect(try path(["memory:a:b"], ["memory"]) == "a:b")
  }

  @Test(
    "mistakes are refused with runc's words",
    arguments: [
      ([".."], "bad sub cgroup path: .."), (["cpu:a/../../b"], "bad sub cgroup path: a/../../b"),
      (["a", "b"], "invalid --cgroup argument: a (missing <controller>: prefix)"),
      ([":a"], "invalid --cgroup argument: :a (empty <controller> prefix)"),
      (["cpu,:a"], "invalid --cgroup argument: cpu,:a (empty <controller> prefix)"),
      (["cpu:a", "cpu:b"], "invalid --cgroup argument(s): controller cpu specified multiple times"),
    ])
  func refused(arguments: [String], message: String) {
    #expect(throws: RuntimeError.usage(message)) { try SubCgroups(arguments) }
  }

  @Test("two paths for controllers of one hierarchy are refused")
  func conflict() {
    #expect(throws: RuntimeError.self) { try path(["cpu:a", "cpuacct:b"], ["cpu", "cpuacct"]) }
  }
}
