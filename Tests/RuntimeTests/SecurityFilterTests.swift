// Tests of compiled filters: what they do with calls, by a machine that runs them.

import Linux
import OCI
import Testing

@testable import ContainerRuntime

struct SecurityFilterTests {
  typealias Rule = OCI.Seccomp.Rule
  typealias Argument = OCI.Seccomp.Argument

  private static let permission: UInt32 = 0x0005_0001
  private static let allow: UInt32 = 0x7fff_0000

  private func section(_ action: OCI.Seccomp.Action, _ rules: [Rule]) -> OCI.Seccomp {
    var section = OCI.Seccomp()
    section.defaultAction = action
    section.syscalls = rules
    #if arch(x86_64)
      section.architectures = [.amd64, .x86, .x32]
    #else
      section.architectures = [.aarch64, .arm]
    #endif
    return section
  }

  private func compile(_ section: OCI.Seccomp) throws -> [UInt8] {
    try SeccompCompilation.program(try SeccompRules.decode(section))
  }

  private func action(_ program: [UInt8], _ name: String, _ arguments: [UInt64] = []) throws -> UInt32? {
    let number = try #require(SystemCallTable().numbers(of: name)).direct[0]
    let call = FilteredCall(architecture: CallInterface.all[0].audit, number: number, arguments: arguments)
    return filterAction(program, call)
  }

  @Test(
    "each action does what it says",
    arguments: [
      (OCI.Seccomp.Action.kill, nil, UInt32(0)), (.killThread, nil, 0), (.killProcess, nil, 0x8000_0000),
      (.trap, nil, 0x0003_0000), (.log, nil, 0x7ffc_0000), (.allow, nil, 0x7fff_0000), (.errno, nil, 0x0005_0001),
      (.errno, UInt32(100), 0x0005_0064), (.errno, 0, 0x0005_0000), (.trace, nil, 0x7ff0_0001),
      (.trace, 7, 0x7ff0_0007), (.notify, nil, 0x7fc0_0000),
    ])
  func actions(named: OCI.Seccomp.Action, errno: UInt32?, expected: UInt32) throws {
    let rules = [Rule(names: ["getpid"], action: named, errnoRet: errno), Rule(names: ["tee"], action: .allow)]
    var section = section(.errno, rules)
    section.defaultErrnoRet = 13
    section.listenerPath = "/agent"
    let program = try compile(section)
    #expect(try action(program, "getpid") == expected)
    #expect(try action(program, "tee") == Self.allow)
    #expect(try action(program, "mount") == 0x0005_000d)
  }

  @Test(
    "each comparison holds for the arguments that it names",
    arguments: [
      (OCI.Seccomp.Comparison.equal, [UInt64(5), 0x1_0000_0000], [UInt64(4), 6, 0]),
      (.notEqual, [4, 6], [5]), (.less, [4, 0], [5, 6]), (.lessOrEqual, [4, 5], [6, 1 << 40]),
      (.greater, [6, 1 << 40], [5, 4]), (.greaterOrEqual, [5, 6], [4]),
    ])
  func comparisons(comparison: OCI.Seccomp.Comparison, matching: [UInt64], others: [UInt64]) throws {
    let rule = Rule(
      names: ["dup3"], action: .errno, errnoRet: 9,
      arguments: [Argument(index: 1, value: 5, comparison: comparison)])
    let program = try compile(section(.allow, [rule]))
    for value in matching where comparison != .equal || value == 5 {
      #expect(try action(program, "dup3", [0, value]) == 0x0005_0009)
    }
    for value in others { #expect(try action(program, "dup3", [0, value]) == Self.allow) }
  }

  @Test("a masked comparison takes its mask from value and its result from valueTwo")
  func masked() throws {
    let test = Argument(index: 0, value: 0x7e02_0000, valueTwo: 0, comparison: .maskedEqual)
    let program = try compile(section(.errno, [Rule(names: ["clone"], action: .allow, arguments: [test])]))
    #expect(try action(program, "clone", [0x11]) == Self.allow)
    #expect(try action(program, "clone", [0x1000_0011]) == Self.permission)
  }

  @Test("tests of different arguments must all hold, tests of the same one are alternatives")
  func combinations() throws {
    let both = Rule(
      names: ["dup3"], action: .allow, arguments: [Argument(index: 0, value: 1), Argument(index: 1, value: 2)])
    let either = Rule(
      names: ["personality"], action: .allow,
      arguments: [Argument(index: 0, value: 0), Argument(index: 0, value: 8), Argument(index: 0, value: 0xffff_ffff)])
    let program = try compile(section(.errno, [both, either]))
    #expect(try action(program, "dup3", [1, 2]) == Self.allow)
    #expect(try action(program, "dup3", [1, 3]) == Self.permission)
    #expect(try action(program, "dup3", [2, 2]) == Self.permission)
    for value in [0, 8, 0xffff_ffff] as [UInt64] {
      #expect(try action(program, "personality", [value]) == Self.allow)
    }
    #expect(try action(program, "personality", [1]) == Self.permission)
  }

  @Test("unknown names are skipped, and so are rules that say what the default says")
  func skipped() throws {
    let rules = [
      Rule(names: ["no_such_call", "getpid"], action: .allow), Rule(names: ["getppid"], action: .errno),
      Rule(names: ["tee"], action: .errno, errnoRet: 1),
    ]
    let program = try compile(section(.errno, rules))
    #expect(try action(program, "getpid") == Self.allow)
    #expect(try action(program, "getppid") == Self.permission)
    #expect(try action(program, "tee") == Self.permission)
  }

  @Test("calls newer than the profile get ENOSYS on every architecture of it, foreign architectures are killed")
  func newerCalls() throws {
    let program = try compile(section(.errno, [Rule(names: ["getpid", "openat2"], action: .allow)]))
    // openat2 has the number 437 on all architectures since 5.6.
    let table: [(UInt32, UInt32, UInt32)]
    #if arch(x86_64)
      table = [
        (FilteredCall.amd64, 437, Self.allow), (FilteredCall.amd64, 436, Self.permission),
        (FilteredCall.amd64, 438, 0x0005_0026), (FilteredCall.x86, 437, Self.allow),
        (FilteredCall.x86, 438, 0x0005_0026), (FilteredCall.amd64, 0x4000_01b5, Self.allow),
        (FilteredCall.amd64, 0x4000_01b6, 0x0005_0026), (FilteredCall.amd64, 0x4000_0001, Self.permission),
        (FilteredCall.aarch64, 437, 0), (FilteredCall.aarch64, 999, 0),
      ]
    #else
      table = [
        (FilteredCall.aarch64, 437, Self.allow), (FilteredCall.aarch64, 438, 0x0005_0026),
        (FilteredCall.arm, 437, Self.allow), (FilteredCall.arm, 438, 0x0005_0026), (FilteredCall.amd64, 437, 0),
      ]
    #endif
    for (architecture, number, expected) in table {
      #expect(filterAction(program, FilteredCall(architecture: architecture, number: number)) == expected)
    }
  }

  @Test("a long profile, arranged as a tree, answers as a short one")
  func tree() throws {
    let table = SystemCallTable()
    let names = (1...430).compactMap { number in
      knownCalls.first { table.numbers(of: $0)?.direct[0] == UInt32(number) }
    }
    let program = try compile(section(.errno, [Rule(names: names, action: .allow)]))
    for name in names { #expect(try action(program, name) == Self.allow) }
    #expect(try action(program, "reboot") == Self.permission)
    #expect(names.count > 32)
  }

  private let knownCalls = [
    "read", "write", "close", "fstat", "lseek", "mmap", "mprotect", "munmap", "brk", "ioctl", "readv", "writev",
    "madvise", "mincore", "dup", "nanosleep", "getpid", "socket", "connect", "accept", "sendto", "recvfrom", "bind",
    "listen", "exit", "wait4", "kill", "uname", "fcntl", "flock", "fsync", "truncate", "getcwd", "chdir", "fchmod",
    "umask", "getuid", "ptrace", "getgid", "setuid", "prctl", "futex", "openat", "mkdirat", "unlinkat", "tee",
  ]

  @Test("what cannot be had is refused", arguments: 0..<5)
  func refusals(index: Int) {
    let sections = [
      section(.notify, []), section(.allow, [Rule(names: ["write"], action: .notify)]),
      section(.allow, [Rule(names: [""], action: .errno)]),
      section(.allow, [Rule(names: ["tee"], action: .errno, errnoRet: 65536)]),
      section(.allow, [Rule(names: ["tee"], action: .errno, arguments: [Argument(index: 6, value: 0)])]),
    ]
    #expect(throws: RuntimeError.self) { try SeccompRules.decode(sections[index]) }
  }

  @Test("an architecture of the other byte order is refused")
  func otherByteOrder() throws {
    var section = section(.errno, [Rule(names: ["read"], action: .allow)])
    section.architectures = [.s390x]
    #expect(throws: RuntimeError.self) { try compile(section) }
  }

  @Test("no default action and no rule is no filter; rules without a default action are an error")
  func absent() throws {
    #expect(try SeccompProgram.obtain(for: OCI.Seccomp(), stateRoot: Descriptor.workingDirectory) == nil)
    var section = OCI.Seccomp()
    section.syscalls = [Rule(names: ["read"], action: .allow)]
    #expect(throws: RuntimeError.self) { try SeccompRules.decode(section) }
  }

  @Test("absent flags mean the speculation flag where the kernel has it, an empty list means none")
  func flags() throws {
    var section = section(.allow, [])
    let all: SeccompFlags = [.log, .speculationAllowed, .newListener, .waitKillable]
    #expect(try SeccompFlags.decode(section, supported: all) == .speculationAllowed)
    #expect(try SeccompFlags.decode(section, supported: .log) == [])
    section.flags = []
    #expect(try SeccompFlags.decode(section, supported: all) == [])
    section.flags = [.tsync, .log, .specAllow, .waitKillableRecv]
    #expect(try SeccompFlags.decode(section, supported: all).rawValue == 0x26)
    #expect(throws: RuntimeError.unsupported("seccomp flag SECCOMP_FILTER_FLAG_LOG is not supported by this kernel")) {
      try SeccompFlags.decode(section, supported: [.speculationAllowed, .waitKillable])
    }
  }

  @Test("a rule that asks somebody outside gives a listener, which has to be reachable")
  func listener() throws {
    var section = section(.allow, [Rule(names: ["tee"], action: .notify)])
    section.flags = []
    #expect(throws: RuntimeError.self) { try SeccompFlags.decode(section, supported: .newListener) }
    section.listenerPath = "/agent"
    #expect(try SeccompFlags.decode(section, supported: .newListener) == .newListener)
    section.syscalls[0].names = []
    #expect(try SeccompFlags.decode(section, supported: .newListener) == [])
  }

  @Test("the lists of names are complete and sorted")
  func names() {
    #expect(SeccompProgram.knownActions.count == 9 && SeccompProgram.knownActions.first == "SCMP_ACT_ALLOW")
    #expect(SeccompProgram.knownOperators == SeccompProgram.knownOperators.sorted())
    #expect(SeccompProgram.knownOperators.count == 7)
    let architectures = ["SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM", "SCMP_ARCH_X32", "SCMP_ARCH_X86", "SCMP_ARCH_X86_64"]
    #expect(Set(architectures).isSubset(of: SeccompProgram.knownArchitectures))
    #expect(SeccompProgram.knownFlags.contains("SECCOMP_FILTER_FLAG_TSYNC"))
    #expect(SeccompProgram.supportedFlags.contains("SECCOMP_FILTER_FLAG_SPEC_ALLOW"))
  }
}
