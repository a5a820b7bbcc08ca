// From checked rules to a program.

internal import OCI

/// From checked rules to a program for the kernel's filter machine. Rules mean what they mean to libseccomp.
enum SeccompCompilation {
  /// A call of the profile with its numbers.
  private struct NumberedCall {
    let call: SeccompCall
    let numbers: SystemCallNumbers
  }

  /// The offset of the architecture in struct seccomp_data.
  private static let architectureWord: UInt32 = 4

  /// - Returns: the bytes of the program, for both architectures of this project little-endian.
  static func program(_ rules: SeccompRules) throws(RuntimeError) -> [UInt8] {
    for architecture in rules.architectures where architecture.isBigEndian {
      throw .unsupported(sentence("linux.seccomp: % has another byte order than this machine", architecture.name))
    }
    let calls = numbered(rules.calls)
    let interfaces = CallInterface.all
    var assembler = FilterAssembler()
    // A call of an architecture that the profile does not name ends its thread, as with libseccomp.
    var target = FilterTarget.action(SeccompActionCode.killThread)
    for index in interfaces.indices.reversed() where interfaces[index].mark == 0 && isUsed(index, rules) {
      var section = try section(of: index, rules, calls)
      let body = section.write(to: &assembler)
      target = assembler.test(
        BPFInstruction(BPFInstruction.jumpIfEqual, interfaces[index].audit), word: architectureWord, body, target)
    }
    let program = assembler.program(from: target)
    let count = program.count / BPFInstruction.size
    if count > BPFInstruction.limit {
      throw .invalidConfiguration(
        sentence(
          "linux.seccomp: the filter has % instructions, the kernel takes %", decimal(count),
          decimal(BPFInstruction.limit)))
    }
    return program
  }

  /// Whether calls by this interface have rules: the native one's always have.
  private static func isUsed(_ index: Int, _ rules: SeccompRules) -> Bool {
    let interface = CallInterface.all[index].architecture
    for architecture in rules.architectures where architecture == interface { return true }
    return index == 0
  }

  /// Unknown names are calls of other machines or of other kernels.
  private static func numbered(_ calls: [SeccompCall]) -> [NumberedCall] {
    let table = SystemCallTable()
    var list: [NumberedCall] = []
    for call in calls {
      if let numbers = table.numbers(of: call.name) { list.append(NumberedCall(call: call, numbers: numbers)) }
    }
    return list
  }

  /// The section for an interface and those that share its architecture.
  private static func section(
    of index: Int, _ rules: SeccompRules, _ calls: [NumberedCall]
  ) throws(RuntimeError) -> FilterSection {
    let interfaces = CallInterface.all
    var section = FilterSection(defaultAction: rules.defaultAction)
    for other in index..<interfaces.count where interfaces[other].audit == interfaces[index].audit {
      limit(&section, interfaces[other], rules, newestNumber(index, rules, calls), newestNumber(other, rules, calls))
      if !isUsed(other, rules) { continue }
      for call in calls where call.call.action != rules.defaultAction {
        try add(call, interfaces[other], call.numbers.direct[other], to: &section)
      }
    }
    return section
  }

  /// Sets what becomes of calls without a rule where it is not the default.
  /// - Parameters:
  ///   - plainest: the newest call of the profile by the interface without a mark.
  ///   - newest: that by this interface.
  private static func limit(
    _ section: inout FilterSection, _ interface: CallInterface, _ rules: SeccompRules, _ plainest: UInt32?,
    _ newest: UInt32?
  ) {
    let mark = interface.mark
    if mark == 0 {
      if let newest { section.limit(newest + 1, SeccompActionCode.notImplemented) }
      return
    }
    let isListed = rules.architectures.contains(interface.architecture)
    // The interface of a mark that is not listed is another architecture.
    let unnamed = isListed ? rules.defaultAction : SeccompActionCode.killThread
    section.limit(mark, unnamed)
    if let newest { section.limit((newest | mark) + 1, SeccompActionCode.notImplemented) }
    if plainest != nil {
      // Above the mark there are numbers without it, too.
      section.limit(mark << 1, SeccompActionCode.notImplemented)
      if newest == nil { section.limit(mark << 1 | mark, unnamed) }
    }
    // What a tracer makes of a call that is to be skipped.
    if !isListed { section.limit(UInt32.max, rules.defaultAction) }
  }

  /// - Parameter number: of the call by this interface, without its mark.
  private static func add(
    _ call: NumberedCall, _ interface: CallInterface, _ number: UInt32, to section: inout FilterSection
  ) throws(RuntimeError) {
    let lists = call.call.conditions.isEmpty ? [[]] : call.call.conditions
    for conditions in lists {
      var rule = FilterRule(conditions: conditions, action: call.call.action, isWide: interface.isWide)
      if number != SystemCallNumbers.none { section.add(rule, number: number | interface.mark) }
      if interface.architecture == .x86 && call.numbers.multiplexer != 0 {
        // Its own arguments are in memory, out of reach. That conditions on the later ones stay is libseccomp's way.
        rule.conditions.removeAll { $0.argument == 0 }
        rule.conditions.insert(
          SeccompCondition(argument: 0, comparison: .equal, value: UInt64(call.numbers.multiplexed)), at: 0)
        section.add(rule, number: call.numbers.multiplexer)
      }
    }
    if section.isContradictory {
      throw .invalidConfiguration(sentence("linux.seccomp: the rules for % contradict each other", call.call.name))
    }
  }

  /// The newest call of the profile by an interface, if newer ones are answered with ENOSYS: a C library tries a new
  /// call, and falls back to the old one only then. Permissive default actions need no such answer, and a tracer does
  /// as it likes. Where the profile names no call at all, nothing is known about its age.
  private static func newestNumber(_ index: Int, _ rules: SeccompRules, _ calls: [NumberedCall]) -> UInt32? {
    switch rules.defaultAction & 0xffff_0000 {
    case SeccompActionCode.allow, SeccompActionCode.log, SeccompActionCode.trace: return nil
    default: if rules.defaultAction == SeccompActionCode.notImplemented || !isUsed(index, rules) { return nil }
    }
    var newest: UInt32 = 0
    for call in calls {
      let number = call.numbers.direct[index]
      if number != SystemCallNumbers.none && number > newest { newest = number }
    }
    return newest > 0 ? newest : nil
  }
}
