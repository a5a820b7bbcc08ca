// The checks of a configuration, one change a row.

import OCI
import Testing

/// A configuration with one thing wrong, and what is said about it.
struct BadSpec: CustomTestStringConvertible, Sendable {
  let message: String
  let context: ValidationContext
  let change: @Sendable (inout Spec) -> Void

  init(_ message: String, _ context: ValidationContext = [], _ change: @escaping @Sendable (inout Spec) -> Void) {
    self.message = message
    self.context = context
    self.change = change
  }

  var testDescription: String { message }
}

@Suite("Validation")
struct SpecValidationTests {
  static var good: Spec { Spec.example(withCgroupNamespace: true) }

  static func check(_ bad: BadSpec) {
    var spec = good
    bad.change(&spec)
    let changed = spec
    let said = refusal { () throws(SpecError) in try changed.validate(bad.context) }
    #expect(said == bad.message)
  }

  @Test("the example is right for root, and its rootless form for all")
  func examplesAreRight() throws {
    #expect(try Self.good.validate([.cgroupV1]) == [])
    let rootless = Spec.rootlessExample(withCgroupNamespace: true, uid: 1000, gid: 100)
    #expect(try rootless.validate([.rootless, .cgroupV2]) == [])
  }

  @Test("a configuration with every field set is right, and warns")
  func fullSpecIsRight() throws {
    var spec = FullSpec.value
    spec.process?.scheduler?.priority = 0
    let warnings = try spec.validate([.cgroupV2, .systemdCgroup])
    #expect(
      warnings == [
        "Kernel memory settings are ignored and will be removed",
        "ignoring unsupported personality flags: none is defined yet",
      ])
  }

  @Test("a general field", arguments: general)
  func generalFields(bad: BadSpec) { Self.check(bad) }

  @Test("a field of the process", arguments: process)
  func processFields(bad: BadSpec) { Self.check(bad) }

  @Test("namespaces and mappings", arguments: namespaces)
  func namespaceFields(bad: BadSpec) { Self.check(bad) }

  @Test("mounts", arguments: mounts)
  func mountFields(bad: BadSpec) { Self.check(bad) }

  @Test("the Linux section", arguments: linux)
  func linuxFields(bad: BadSpec) { Self.check(bad) }

  @Test("limits", arguments: resources)
  func resourceFields(bad: BadSpec) { Self.check(bad) }

  @Test("the system call filter", arguments: seccomp)
  func seccompFields(bad: BadSpec) { Self.check(bad) }

  @Test(
    "versions 1.x.y are accepted",
    arguments: ["1.0.0", "1.3.0", "1.0.2-dev", "1.2.1+dev", "1.0.0-rc.1+build.5", "1.999.0"])
  func goodVersions(version: String) throws {
    var spec = Self.good
    spec.version = version
    #expect(try spec.validate() == [])
  }

  @Test(
    "what is no semantic version is refused",
    arguments: [
      "1", "1.0", "1.0.0.0", "v1.0.0", "1.0.x", "1..0", "1.0.0-", "1.0.0+a+b", "01.0.0", "1.00.0", " 1.0.0", "1.0.0\n",
    ])
  func badVersions(version: String) {
    var spec = Self.good
    spec.version = version
    let changed = spec
    let said = refusal { () throws(SpecError) in try changed.validate() }
    #expect(said?.hasSuffix("is no semantic version") == true, "\(said ?? "accepted")")
  }

  @Test("a relative destination and unknown capabilities warn")
  func warnings() throws {
    var spec = Self.good
    spec.mounts.append(Mount(destination: "data", type: "tmpfs"))
    spec.process?.capabilities?.ambient = ["CAP_NONE", "CAP_KILL", "CAP_NONE", "cap_kill"]
    #expect(
      try spec.validate() == [
        #"ignoring unknown or unavailable capabilities: "CAP_NONE" "cap_kill""#,
        #"mounts[7]: mount destination "data" is not absolute: relative destination path is **deprecated**, "#
          + "using it as relative to /",
      ])
  }

  @Test("a process alone is checked alike")
  func processAlone() {
    let said = refusal { () throws(SpecError) in try OCI.Process(args: ["sh"], cwd: "x").validate() }
    #expect(said == "process.cwd: Cwd must be an absolute path")
  }
}
