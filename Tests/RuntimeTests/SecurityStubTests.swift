// Tests of the instructions that answer ENOSYS to newer calls.

import Testing

@testable import ContainerRuntime

struct SecurityStubTests {
  private static let notImplemented: UInt32 = 0x0005_0026
  private static let filter: UInt32 = 0x7fff_0000

  /// The stub with a filter behind it that allows everything.
  private func program(_ newest: [NewestCall]) -> [UInt8] {
    var bytes: [UInt8] = []
    for instruction in UnknownCallStub.instructions(for: newest) { instruction.append(to: &bytes) }
    BPFInstruction(BPFInstruction.returnConstant, Self.filter).append(to: &bytes)
    return bytes
  }

  private static let x86Family = [
    NewestCall(auditArchitecture: FilteredCall.amd64, number: 439, x32Number: 0x4000_01b7),
    NewestCall(auditArchitecture: FilteredCall.x86, number: 400),
  ]

  @Test(
    "a call above the newest one of its architecture is answered with ENOSYS, others reach the filter",
    arguments: [
      (FilteredCall.amd64, 0, filter), (FilteredCall.amd64, 439, filter),
      (FilteredCall.amd64, 440, notImplemented), (FilteredCall.amd64, 0x3fff_ffff, notImplemented),
      (FilteredCall.amd64, 0x4000_01b7, filter), (FilteredCall.amd64, 0x4000_01b8, notImplemented),
      (FilteredCall.amd64, 0x4000_0000, filter), (FilteredCall.amd64, 0xffff_ffff, notImplemented),
      (FilteredCall.x86, 400, filter), (FilteredCall.x86, 401, notImplemented),
      (FilteredCall.aarch64, 999, filter),
    ] as [(UInt32, UInt32, UInt32)])
  func x86Family(architecture: UInt32, number: UInt32, expected: UInt32) {
    let call = FilteredCall(architecture: architecture, number: number)
    #expect(filterAction(program(Self.x86Family), call) == expected)
  }

  @Test("without the x32 interface its calls go on to the filter, which refuses them")
  func x32Absent() {
    let bytes = program([NewestCall(auditArchitecture: FilteredCall.amd64, number: 10)])
    #expect(filterAction(bytes, FilteredCall(architecture: FilteredCall.amd64, number: 11)) == Self.notImplemented)
    for number in [0x4000_0000, 0x4000_0300, 0xffff_ffff] as [UInt32] {
      #expect(filterAction(bytes, FilteredCall(architecture: FilteredCall.amd64, number: number)) == Self.filter)
    }
  }

  @Test("with the x32 interface alone, plain calls go on to the filter")
  func x32Alone() {
    let bytes = program([NewestCall(auditArchitecture: FilteredCall.amd64, x32Number: 0x4000_0010)])
    #expect(filterAction(bytes, FilteredCall(architecture: FilteredCall.amd64, number: 999)) == Self.filter)
    #expect(filterAction(bytes, FilteredCall(architecture: FilteredCall.amd64, number: 0x4000_0010)) == Self.filter)
    #expect(
      filterAction(bytes, FilteredCall(architecture: FilteredCall.amd64, number: 0x4000_0011))
        == Self.notImplemented)
  }

  @Test("the architectures of ARM have one section each")
  func arm() {
    let bytes = program([
      NewestCall(auditArchitecture: FilteredCall.aarch64, number: 435),
      NewestCall(auditArchitecture: FilteredCall.arm, number: 0xf0005),
    ])
    #expect(filterAction(bytes, FilteredCall(architecture: FilteredCall.aarch64, number: 436)) == Self.notImplemented)
    #expect(filterAction(bytes, FilteredCall(architecture: FilteredCall.aarch64, number: 435)) == Self.filter)
    #expect(filterAction(bytes, FilteredCall(architecture: FilteredCall.arm, number: 0xf0005)) == Self.filter)
    #expect(filterAction(bytes, FilteredCall(architecture: FilteredCall.arm, number: 0xf0006)) == Self.notImplemented)
  }

  @Test("an architecture without any call of the profile has no section")
  func nothingKnown() {
    #expect(UnknownCallStub.instructions(for: []).isEmpty)
    #expect(UnknownCallStub.instructions(for: [NewestCall(auditArchitecture: FilteredCall.x86)]).isEmpty)
  }

  @Test("permissive defaults and ENOSYS itself need no stub")
  func usefulness() {
    for action in [0x7fff_0000, 0x7ffc_0000, 0x7ff0_0001, 0x0005_0026] as [UInt32] {
      #expect(!UnknownCallStub.isUseful(defaultAction: action))
    }
    for action in [0x8000_0000, 0, 0x0003_0000, 0x0005_0001] as [UInt32] {
      #expect(UnknownCallStub.isUseful(defaultAction: action))
    }
  }
}
