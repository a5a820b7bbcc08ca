// Device rules as a program: what it answers, against the meaning of the rules.

import OCI
import Testing

@testable import ContainerRuntime

@Suite("Device rules as a program")
struct DeviceInstructionTests {
  /// What the kernel asks: one kind of device, its numbers and the accesses wanted together.
  struct Question {
    let kind: DeviceRule.Kind
    let major: UInt32
    let minor: UInt32
    let access: DeviceAccess
  }

  /// The kernel's machine, as far as these programs use it (Documentation/bpf/standardization/instruction-set.rst).
  private func answer(_ program: [UInt64], to question: Question) throws -> Bool {
    let bits: UInt32 =
      (question.access.contains(.makeNode) ? 1 : 0) | (question.access.contains(.read) ? 2 : 0)
      | (question.access.contains(.write) ? 4 : 0)
    let context = [bits << 16 | (question.kind == .block ? 1 : 2), question.major, question.minor]
    var registers = [UInt64](repeating: 0, count: 11)
    var place = 0
    for _ in 0...program.count {
      let word = try #require(program.indices.contains(place) ? program[place] : nil, "left the program")
      let (to, from) = (Int(word >> 8 & 15), Int(word >> 12 & 15))
      let (jump, value) = (Int(Int16(truncatingIfNeeded: word >> 16)), UInt32(truncatingIfNeeded: word >> 32))
      let wide = UInt64(bitPattern: Int64(Int32(bitPattern: value)))
      place += 1
      switch word & 0xff {
      case 0x61: registers[to] = UInt64(context[jump / 4])
      case 0xbf: registers[to] = registers[from]
      case 0xb7: registers[to] = wide
      case 0x57: registers[to] &= wide
      case 0x77: registers[to] >>= wide
      case 0x56: if UInt32(truncatingIfNeeded: registers[to]) != value { place += jump }
      case 0x46: if UInt32(truncatingIfNeeded: registers[to]) & value != 0 { place += jump }
      case 0x05: place += jump
      case 0x95: return registers[0] == 1
      default: Issue.record("unknown instruction \(word & 0xff)")
      }
    }
    Issue.record("the program does not end")
    return false
  }

  /// The meaning: for each access the last rule that names it and the device.
  private func expected(_ rules: [DeviceRule], _ question: Question) -> Bool {
    for access in [DeviceAccess.read, .write, .makeNode] where question.access.contains(access) {
      let rule = rules.last { rule in
        if rule.kind == .all { return true }
        return rule.kind == question.kind && rule.access.contains(access)
          && (rule.major ?? -1 == -1 || rule.major == Int64(question.major))
          && (rule.minor ?? -1 == -1 || rule.minor == Int64(question.minor))
      }
      if !(rule?.allow ?? false) { return false }
    }
    return true
  }

  @Test("a program answers as the rules mean, for rules by chance and every question about them")
  func random() throws {
    var generator = SystemRandomNumberGenerator()
    let numbers: [Int64?] = [nil, -1, 0, 1, 5, Int64(UInt32.max)]
    for _ in 0..<400 {
      var rules: [DeviceRule] = []
      for _ in 0..<Int.random(in: 0...8, using: &generator) {
        let kind = [DeviceRule.Kind.block, .block, .character, .character, .character, .all].randomElement()!
        rules.append(
          DeviceRule(
            allow: .random(using: &generator), kind: kind, major: numbers.randomElement()!,
            minor: numbers.randomElement()!, access: DeviceAccess(rawValue: .random(in: 1...7, using: &generator))))
      }
      let program = DeviceInstructions(rules).list
      for kind in [DeviceRule.Kind.block, .character] {
        for major in [0, 1, 5, UInt32.max] {
          for minor in [0, 1, 5, 7] as [UInt32] {
            for access in 1...7 as ClosedRange<UInt8> {
              let question = Question(
                kind: kind, major: major, minor: minor, access: DeviceAccess(rawValue: access))
              #expect(try answer(program, to: question) == expected(rules, question), "\(rules) \(question)")
            }
          }
        }
      }
    }
  }

  @Test("without rules of its own a container has the default devices alone")
  func defaults() throws {
    let program = DeviceInstructions(try completeRules([], beside: [])).list
    let ask = { (major: UInt32, minor: UInt32) in
      try answer(program, to: Question(kind: .character, major: major, minor: minor, access: [.read, .write]))
    }
    for (major, minor) in [(1, 3), (1, 5), (1, 7), (1, 8), (1, 9), (5, 0), (5, 2), (136, 4), (10, 200)]
      as [(UInt32, UInt32)]
    {
      #expect(try ask(major, minor))
    }
    for (major, minor) in [(1, 1), (1, 11), (4, 0), (10, 229), (8, 0)] as [(UInt32, UInt32)] {
      #expect(try !ask(major, minor))
    }
    #expect(try answer(program, to: Question(kind: .block, major: 8, minor: 0, access: .makeNode)))
    #expect(try !answer(program, to: Question(kind: .block, major: 8, minor: 0, access: [.makeNode, .read])))
  }

  @Test("nothing stands behind a rule for all devices: the kernel refuses what is never reached")
  func unreachable() {
    let rule = DeviceRule(allow: true, kind: .block, major: 8, access: .all)
    let rules = [rule, rule, DeviceRule(allow: false, access: .all)]
    #expect(DeviceInstructions(rules).list.count == DeviceInstructions([rules[2]]).list.count)
  }

  @Test("a container with its own namespaces and a writable cgroup mount owns its cgroup")
  func owner() throws {
    var spec = Spec()
    spec.linux.namespaces = [Namespace(kind: .user), Namespace(kind: .cgroup)]
    spec.linux.uidMappings = [IDMapping(containerID: 0, hostID: 70_000, size: 9)]
    #expect(try UnifiedSettings(for: spec).owner == nil)
    spec.mounts = [Mount(destination: "/sys/fs/cgroup", type: "cgroup", options: ["nosuid"])]
    #expect(try UnifiedSettings(for: spec).owner == 70_000)
    spec.mounts[0].options.append("ro")
    #expect(try UnifiedSettings(for: spec).owner == nil)
    spec.mounts[0].options = []
    spec.linux.namespaces.removeLast()
    #expect(try UnifiedSettings(for: spec).owner == nil)
  }
}
