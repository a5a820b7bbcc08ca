// From checked rules to a program, by libseccomp.

internal import Linux

/// From checked rules to a program: libseccomp's, with the stub for newer calls in front.
enum SeccompCompilation {
  /// libseccomp 2.5.4 and older generate a wrong tree when there is no rule, and nodes of four calls: below this
  /// many, a chain is as fast.
  private static let treeThreshold = 32

  /// - Returns: the bytes of the program, for both architectures of this project little-endian.
  static func program(_ rules: SeccompRules) throws(RuntimeError) -> [UInt8] {
    let architectures = try tokens(rules.architectures)
    let filter = try libraryProgram(rules, architectures)
    var program: [UInt8] = []
    program.reserveCapacity(filter.count + 32 * BPFInstruction.size)
    if UnknownCallStub.isUseful(defaultAction: rules.defaultAction) {
      for instruction in UnknownCallStub.instructions(for: newestCalls(rules, architectures)) {
        instruction.append(to: &program)
      }
    }
    program += filter
    let count = program.count / BPFInstruction.size
    if count > BPFInstruction.limit {
      throw .invalidConfiguration(
        "linux.seccomp: the filter has \(count) instructions, the kernel takes \(BPFInstruction.limit)")
    }
    return program
  }

  private static func tokens(_ names: [String]) throws(RuntimeError) -> [(name: String, token: UInt32)] {
    var list: [(name: String, token: UInt32)] = []
    for name in names {
      guard let token = SeccompNames.architecture(name) else {
        throw .unsupported("linux.seccomp: this libseccomp does not know the architecture " + name)
      }
      list.append((name, token))
    }
    return list
  }

  private static func libraryProgram(
    _ rules: SeccompRules, _ architectures: [(name: String, token: UInt32)]
  ) throws(RuntimeError) -> [UInt8] {
    let filter = try doing("error creating seccomp filter") { () throws(SystemCallError) in
      try SeccompCompiler(defaultAction: rules.defaultAction)
    }
    for (name, token) in architectures {
      do {
        try filter.addArchitecture(token, name: name)
      } catch {
        throw .systemCall(doing: "error adding architecture to seccomp filter", error)
      }
    }
    let resolved = resolve(rules)
    do {
      if resolved.count > treeThreshold { try filter.arrangeAsTree() }
      for (call, number) in resolved { try add(call, number, to: filter) }
      return try filter.export()
    } catch {
      throw .systemCall(doing: "error compiling seccomp filter", error)
    }
  }

  /// The calls that change something, with their native numbers. Unknown names are calls of other kernels, and
  /// libseccomp refuses a rule that says what the default says already.
  private static func resolve(_ rules: SeccompRules) -> [(call: SeccompCall, number: Int32)] {
    let native = SeccompNames.nativeArchitecture
    var list: [(call: SeccompCall, number: Int32)] = []
    for call in rules.calls where call.action != rules.defaultAction {
      guard let number = SeccompNames.number(of: call.name, on: native) else { continue }
      list.append((call, number))
    }
    return list
  }

  private static func add(
    _ call: SeccompCall, _ number: Int32, to filter: borrowing SeccompCompiler
  ) throws(SystemCallError) {
    if call.conditions.isEmpty {
      try filter.addRule(action: call.action, number: number, name: call.name, conditions: [])
    }
    for conditions in call.conditions {
      try filter.addRule(action: call.action, number: number, name: call.name, conditions: conditions)
    }
  }

  /// The newest call of the profile for each of its architectures, the native one first.
  private static func newestCalls(
    _ rules: SeccompRules, _ architectures: [(name: String, token: UInt32)]
  ) -> [NewestCall] {
    let x32 = SeccompNames.architecture("x32")
    var list: [NewestCall] = []
    for token in [SeccompNames.nativeArchitecture] + architectures.map({ $0.token }) {
      let number = newestNumber(rules, on: token)
      let audit = token == x32 ? UnknownCallStub.auditAMD64 : token
      let at = list.firstIndex { $0.auditArchitecture == audit } ?? list.count
      if at == list.count { list.append(NewestCall(auditArchitecture: audit)) }
      if token == x32 {
        list[at].x32Number = number.map { $0 | UnknownCallStub.x32Bit }
      } else {
        list[at].number = number
      }
    }
    return list
  }

  /// Nil when the architecture has none of the calls: then nothing is known about the age of the profile.
  private static func newestNumber(_ rules: SeccompRules, on architecture: UInt32) -> UInt32? {
    var newest: Int32 = 0
    for call in rules.calls {
      newest = max(newest, SeccompNames.number(of: call.name, on: architecture) ?? 0)
    }
    return newest > 0 ? UInt32(newest) : nil
  }
}
