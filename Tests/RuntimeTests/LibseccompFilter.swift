// A filter as libseccomp makes it, to compare this project's with.

import CLibseccomp
import Linux
import OCI

@testable import ContainerRuntime

/// A filter as libseccomp makes it, with runc's answer to newer calls around it.
final class LibseccompFilter {
  /// What libseccomp refused, as the positive errno.
  struct Refusal: Error { var errno: Int32 }

  private static let names: [OCI.Seccomp.Architecture: String] = [
    .amd64: "x86_64", .x86: "x86", .x32: "x32", .aarch64: "aarch64", .arm: "arm",
  ]

  /// The token of an architecture of this machine's family.
  private static func token(_ architecture: OCI.Seccomp.Architecture) -> UInt32 {
    unsafe reference_architecture(names[architecture] ?? "")
  }

  /// The number of a call on an architecture; nil when libseccomp does not know it, below zero when others have it.
  static func number(_ name: String, _ architecture: OCI.Seccomp.Architecture) -> Int32? {
    let number = unsafe reference_number(token(architecture), name)
    return number == -1 ? nil : number
  }

  static func knows(_ number: UInt32, _ architecture: OCI.Seccomp.Architecture) -> Bool {
    reference_knows(token(architecture), Int32(bitPattern: number)) != 0
  }

  /// Whether it has the same numbers for a call as the table.
  static func agrees(on name: String) -> Bool {
    guard let numbers = table.numbers(of: name) else { return false }
    for (index, interface) in CallInterface.all.enumerated() {
      guard let number = number(name, interface.architecture) else { return false }
      let ours = numbers.direct[index]
      if interface.architecture == .x86 && numbers.multiplexer != 0 { continue }
      if ours == SystemCallNumbers.none ? number >= 0 : number != Int32(ours | interface.mark) { return false }
    }
    return true
  }

  private let program: [UInt8]
  /// The newest call of each interface that the rules name; nil where they name none.
  private var newest: [UInt32?]
  private let defaultAction: UInt32

  init(_ rules: SeccompRules) throws {
    guard let filter = unsafe reference_new(rules.defaultAction) else { throw Refusal(errno: 22) }
    defer { unsafe reference_release(filter) }
    for architecture in rules.architectures {
      let code = unsafe reference_add_architecture(filter, Self.token(architecture))
      if code != 0 && code != -17 { throw Refusal(errno: -code) }
    }
    for call in rules.calls where call.action != rules.defaultAction {
      guard let number = Self.number(call.name, CallInterface.all[0].architecture) else { continue }
      for conditions in call.conditions.isEmpty ? [[]] : call.conditions {
        let list = conditions.map { $0.ofReference }
        let code = unsafe reference_add_rule(filter, call.action, number, list, UInt32(list.count))
        if code != 0 { throw Refusal(errno: -code) }
      }
    }
    let file = try Descriptor.memoryFile("seccomp", isExecutable: false)
    let code = unsafe reference_export(filter, file.number)
    if code != 0 { throw Refusal(errno: -code) }
    try file.seek(to: 0)
    program = try file.readToEnd(limit: 1 << 24)
    defaultAction = rules.defaultAction
    newest = CallInterface.all.map { interface in
      let isNative = interface.architecture == CallInterface.all[0].architecture
      if !isNative && !rules.architectures.contains(interface.architecture) { return nil }
      let known = rules.calls.compactMap { Self.directNumber($0.name, interface) }.max() ?? 0
      return known > 0 ? UInt32(known) : nil
    }
  }

  /// Where i386 has calls both by number and through socketcall(2) or ipc(2), libseccomp names no number.
  private static func directNumber(_ name: String, _ interface: CallInterface) -> Int32? {
    if let number = number(name, interface.architecture), number > 0 { return number & ~0x4000_0000 }
    guard interface.architecture == .x86, let numbers = table.numbers(of: name), numbers.multiplexer != 0 else {
      return nil
    }
    return numbers.direct[1] == SystemCallNumbers.none ? nil : Int32(numbers.direct[1])
  }

  private static let table = SystemCallTable()

  func action(_ call: reference_call) -> Int64 {
    if isNewer(call) { return 0x0005_0026 }
    return run(program, call)
  }

  private func isNewer(_ call: reference_call) -> Bool {
    if defaultAction == 0x0005_0026 { return false }
    if [0x7fff_0000, 0x7ffc_0000, 0x7ff0_0000].contains(defaultAction & 0xffff_0000) { return false }
    let number = UInt32(bitPattern: call.number)
    for (index, interface) in CallInterface.all.enumerated() where interface.audit == call.architecture {
      let isMarked = interface.audit == CallInterface.auditAMD64 && number & CallInterface.x32Mark != 0
      guard isMarked == (interface.mark != 0), let newest = newest[index] else { continue }
      return number > newest | interface.mark
    }
    return false
  }
}

/// What a program does with a call; -1 when the kernel would not take the program.
func run(_ program: [UInt8], _ call: reference_call) -> Int64 {
  var call = call
  return unsafe program.withUnsafeBytes { bytes in
    unsafe reference_run(bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 8)!, program.count / 8, &call)
  }
}

extension SeccompCondition {
  fileprivate var ofReference: reference_condition {
    let isMasked = comparison == .maskedEqual
    return reference_condition(
      argument: argument, comparison: UInt32(comparison.rawValue) + 1, value: isMasked ? mask : value,
      value_two: isMasked ? value : 0)
  }
}

extension SystemCallTable {
  static var names: [String] {
    text.split { $0 == " " || $0 == "\n" }.map { entry in String(entry.prefix { $0 != "=" }) }
  }
}
