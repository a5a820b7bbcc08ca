// Device rules as a program of the kernel's BPF machine.

import OCI

/// Device rules as a program that a v2 cgroup asks (include/uapi/linux/bpf.h, `struct bpf_cgroup_dev_ctx`): for each
/// kind of access to a device the last rule that names both decides, and without one it is refused. Exceptions out of
/// wildcards, which v1 cannot express, hold here.
struct DeviceInstructions {
  private(set) var list: [UInt64] = []

  /// Registers: 0 the answer, 1 the question, 2 the type of the device, 3 the accesses not decided yet, 4 and 5 its
  /// numbers.
  init(_ rules: [DeviceRule]) {
    load(2, offset: 0)
    add(0xbf, destination: 3, source: 2)
    add(0x57, destination: 2, value: 0xffff)
    add(0x77, destination: 3, value: 16)
    load(4, offset: 4)
    load(5, offset: 8)
    for rule in rules.reversed() {
      if rule.kind == .all {
        // Earlier ones count no more, and the kernel refuses what can never be reached.
        answer(rule.allow)
        return
      }
      add(rule)
    }
    answer(false)
  }

  private mutating func add(_ rule: DeviceRule) {
    let bits = Self.bits(rule.access)
    let isWhole = rule.access == .all
    var left: Int = isWhole ? 2 : 4
    var numbers: [(register: UInt64, value: Int64)] = [(2, rule.kind == .block ? 1 : 2)]
    if let major = rule.major, major >= 0 { numbers.append((4, major)) }
    if let minor = rule.minor, minor >= 0 { numbers.append((5, minor)) }
    left += numbers.count
    for number in numbers {
      left -= 1
      // Another device: behind the rest of this rule.
      add(0x56, destination: number.register, jump: left, value: number.value)
    }
    if !isWhole && rule.allow {
      // What is left is for the rules before this one.
      add(0x57, destination: 3, value: 7 & ~bits)
      add(0x56, destination: 3, jump: 2, value: 0)
    } else if !isWhole {
      add(0x46, destination: 3, jump: 1, value: bits)
      add(0x05, jump: 2)
    }
    answer(rule.allow)
  }

  private mutating func answer(_ isAllowed: Bool) {
    add(0xb7, destination: 0, value: isAllowed ? 1 : 0)
    add(0x95)
  }

  /// Reads 32 bits of the question.
  private mutating func load(_ register: UInt64, offset: Int) {
    add(0x61, destination: register, source: 1, jump: offset)
  }

  @inline(never)
  private mutating func add(
    _ code: UInt64, destination: UInt64 = 0, source: UInt64 = 0, jump: Int = 0, value: Int64 = 0
  ) {
    list.append(
      code | destination << 8 | source << 12 | UInt64(jump) << 16
        | UInt64(UInt32(truncatingIfNeeded: value)) << 32)
  }

  /// The kernel's bits: 1 make a node, 2 read, 4 write.
  private static func bits(_ access: DeviceAccess) -> Int64 {
    (access.contains(.makeNode) ? 1 : 0) | (access.contains(.read) ? 2 : 0) | (access.contains(.write) ? 4 : 0)
  }
}
