// Tests of the form and the limits of compiled filters, and of their answer to calls that are newer than a profile.

import OCI
import Testing

@testable import ContainerRuntime

struct SecurityProgramTests {
  private static let allow: UInt32 = 0x7fff_0000
  private static let permission: UInt32 = 0x0005_0001
  private static let notImplemented: UInt32 = 0x0005_0026

  private func rules(
    _ calls: [SeccompCall], _ architectures: [OCI.Seccomp.Architecture] = [], defaultAction: UInt32 = permission
  ) -> SeccompRules {
    SeccompRules(defaultAction: defaultAction, architectures: architectures, calls: calls)
  }

  private func allowed(_ name: String, _ conditions: [[SeccompCondition]] = []) -> SeccompCall {
    SeccompCall(name: name, action: Self.allow, conditions: conditions)
  }

  private func action(_ program: [UInt8], _ architecture: UInt32, _ number: UInt32, _ arguments: [UInt64] = [])
    -> UInt32?
  {
    filterAction(program, FilteredCall(architecture: architecture, number: number, arguments: arguments))
  }

  private static let native = CallInterface.all[0].audit

  #if arch(x86_64)
    @Test("with x32 in the profile, calls above the newest one get ENOSYS on each interface")
    func newerWithX32() throws {
      let program = try SeccompCompilation.program(
        rules([allowed("getpid"), allowed("faccessat2")], [.x86, .x32, .amd64]))
      let table: [(UInt32, UInt32, UInt32)] = [
        (FilteredCall.amd64, 439, Self.allow), (FilteredCall.amd64, 438, Self.permission),
        (FilteredCall.amd64, 440, Self.notImplemented), (FilteredCall.amd64, 0x3fff_ffff, Self.notImplemented),
        (FilteredCall.amd64, 0x4000_01b7, Self.allow), (FilteredCall.amd64, 0x4000_01b8, Self.notImplemented),
        (FilteredCall.amd64, 0x4000_0000, Self.permission), (FilteredCall.amd64, 0xffff_ffff, Self.notImplemented),
        (FilteredCall.amd64, 0x8000_0000, Self.notImplemented), (FilteredCall.x86, 439, Self.allow),
        (FilteredCall.x86, 440, Self.notImplemented), (FilteredCall.x86, 438, Self.permission),
        (FilteredCall.aarch64, 999, 0),
      ]
      for (architecture, number, expected) in table { #expect(action(program, architecture, number) == expected) }
    }

    @Test("without x32 in the profile, its calls end their thread, and other architectures' too")
    func newerWithoutX32() throws {
      let program = try SeccompCompilation.program(rules([allowed("getpid")]))
      let table: [(UInt32, UInt32)] = [
        (39, Self.allow), (40, Self.notImplemented), (0x4000_0000, 0), (0x4000_0027, 0), (0x7fff_ffff, 0),
        (0x8000_0000, Self.notImplemented), (0xbfff_ffff, Self.notImplemented), (0xc000_0000, 0), (0xffff_fffe, 0),
        (0xffff_ffff, Self.permission),
      ]
      for (number, expected) in table { #expect(action(program, FilteredCall.amd64, number) == expected) }
      #expect(action(program, FilteredCall.x86, 20) == 0)
    }

    @Test("socket calls of i386 have rules for both of their ways, and only those of the call")
    func multiplexed() throws {
      let condition = SeccompCondition(argument: 0, comparison: .notEqual, value: 40)
      let program = try SeccompCompilation.program(rules([allowed("socket", [[condition]]), allowed("shmat")], [.x86]))
      #expect(action(program, FilteredCall.x86, 359, [1]) == Self.allow)
      #expect(action(program, FilteredCall.x86, 359, [40]) == Self.permission)
      #expect(action(program, FilteredCall.x86, 102, [1]) == Self.allow)
      #expect(action(program, FilteredCall.x86, 102, [2]) == Self.permission)
      #expect(action(program, FilteredCall.x86, 117, [21]) == Self.allow)
      #expect(action(program, FilteredCall.x86, 117, [22]) == Self.permission)
      #expect(action(program, FilteredCall.x86, 397) == Self.allow)
    }
  #endif

  @Test(
    "permissive defaults, a tracer's and ENOSYS itself answer newer calls as all others",
    arguments: [0x7fff_0000, 0x7ffc_0000, 0x7ff0_0001, 0x0005_0026] as [UInt32])
  func permissive(defaultAction: UInt32) throws {
    let call = SeccompCall(name: "getpid", action: Self.permission, conditions: [])
    let program = try SeccompCompilation.program(rules([call], defaultAction: defaultAction))
    #expect(action(program, Self.native, 0x3fff_ffff) == defaultAction)
  }

  @Test("a profile without rules has nothing but its default action")
  func withoutRules() throws {
    let program = try SeccompCompilation.program(rules([]))
    for number in [0, 39, 500, 0x3fff_ffff] as [UInt32] {
      #expect(action(program, Self.native, number) == Self.permission)
    }
  }

  @Test("of rules for the same arguments with different actions none is taken, and the call is named")
  func contradiction() throws {
    let condition = SeccompCondition(argument: 0, comparison: .equal, value: 1)
    let other = SeccompCall(name: "dup", action: 0x0003_0000, conditions: [[condition]])
    #expect(
      throws: RuntimeError.invalidConfiguration("linux.seccomp: the rules for dup contradict each other")
    ) { try SeccompCompilation.program(rules([allowed("dup", [[condition]]), other])) }
  }

  @Test("among rules without conditions the first one counts, also after rules with conditions")
  func precedence() throws {
    let condition = SeccompCondition(argument: 0, comparison: .equal, value: 1)
    let plain = SeccompCall(name: "dup", action: 0x0003_0000, conditions: [])
    let later = SeccompCall(name: "dup", action: 0x7ffc_0000, conditions: [])
    let program = try SeccompCompilation.program(rules([allowed("dup", [[condition]]), plain, later]))
    #expect(try filterAction(program, call("dup", [1])) == 0x0003_0000)
  }

  private func call(_ name: String, _ arguments: [UInt64]) throws -> FilteredCall {
    let number = try #require(SystemCallTable().numbers(of: name)).direct[0]
    return FilteredCall(architecture: Self.native, number: number, arguments: arguments)
  }

  /// A profile in which one call is allowed with each of some values.
  private func long(_ count: UInt64) -> SeccompRules {
    let values = (0..<count).map { [SeccompCondition(argument: 1, comparison: .equal, value: $0 * 3)] }
    return rules([allowed("read"), allowed("dup3", values), allowed("writev"), allowed("openat2")])
  }

  @Test("jumps reach over any number of tests", arguments: [10, 200, 300, 1000, 3900] as [UInt64])
  func farJumps(count: UInt64) throws {
    let program = try SeccompCompilation.program(long(count))
    #expect(try filterAction(program, call("read", [])) == Self.allow)
    #expect(try filterAction(program, call("writev", [])) == Self.allow)
    #expect(try filterAction(program, call("openat2", [])) == Self.allow)
    #expect(try filterAction(program, call("write", [])) == Self.permission)
    for value in [0, 3, count / 2 * 3, (count - 1) * 3] {
      #expect(try filterAction(program, call("dup3", [0, value])) == Self.allow)
      #expect(try filterAction(program, call("dup3", [0, value + 1])) == Self.permission)
    }
  }

  @Test("a program that the kernel would not take is an error that names the limit")
  func tooLong() throws {
    let error = #expect(throws: RuntimeError.self) { try SeccompCompilation.program(long(4100)) }
    #expect(error?.message.hasSuffix("instructions, the kernel takes 4096") == true)
  }

  @Test("the same profile gives the same bytes")
  func deterministic() throws {
    #expect(try SeccompCompilation.program(long(50)) == SeccompCompilation.program(long(50)))
  }

  @Test("architectures that cannot occur here are accepted, but not those of the other byte order")
  func foreignArchitectures() throws {
    let plain = try SeccompCompilation.program(rules([allowed("read")]))
    for architecture in [.riscv64, .ppc64le, .mipsel, .loongarch64] as [OCI.Seccomp.Architecture] {
      #expect(try SeccompCompilation.program(rules([allowed("read")], [architecture])) == plain)
    }
    for architecture in [.s390x, .ppc64, .mips] as [OCI.Seccomp.Architecture] {
      #expect(throws: RuntimeError.self) { try SeccompCompilation.program(rules([], [architecture])) }
    }
  }
}
