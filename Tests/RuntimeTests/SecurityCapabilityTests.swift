// Tests of capability sets, on the kernel too.

import Linux
import OCI
import Testing

@testable import ContainerRuntime

struct SecurityCapabilityTests {
  private static let all: UInt64 = (1 << 41) - 1

  @Test(
    "a name stands for its number in linux/capability.h",
    arguments: [
      ("CAP_CHOWN", 0), ("CAP_KILL", 5), ("CAP_SETPCAP", 8), ("CAP_NET_RAW", 13), ("CAP_SYS_ADMIN", 21),
      ("CAP_SYS_RESOURCE", 24), ("CAP_AUDIT_WRITE", 29), ("CAP_SETFCAP", 31), ("CAP_SYSLOG", 34), ("CAP_PERFMON", 38),
      ("CAP_BPF", 39), ("CAP_CHECKPOINT_RESTORE", 40),
    ])
  func numbers(name: String, number: Int) {
    #expect(Capability.number(of: name) == number)
    #expect(Capability.names(in: 1 << UInt64(number)) == [name])
  }

  @Test("only exact names are known", arguments: ["", "KILL", "cap_kill", "CAP_KILL ", "CAP_", "CAP_UNKNOWN"])
  func unknownNames(name: String) {
    #expect(Capability.number(of: name) == nil)
  }

  @Test("names become masks; unknown and unavailable ones are told once each, sorted")
  func resolution() {
    let sets = OCI.CapabilitySets(
      bounding: ["CAP_KILL", "UNKNOWN_CAP"], effective: ["CAP_CHOWN"], inheritable: ["CAP_SYSLOG"],
      permitted: ["CAP_CHOWN", "CAP_UNKNOWN", "CAP_BPF"], ambient: ["UNKNOWN_CAP"])
    let (plan, ignored) = CapabilityPlan.resolve(sets, supported: Self.all & ~(1 << 39))
    #expect(plan.bounding == 0x20 && plan.effective == 1 && plan.permitted == 1 && plan.ambient == 0)
    #expect(plan.inheritable == 1 << 34)
    #expect(
      CapabilityPlan.warning(ignored: ignored)
        == "ignoring unknown or unavailable capabilities: [CAP_BPF CAP_UNKNOWN UNKNOWN_CAP]")
  }

  @Test("absent sets mean no capability at all")
  func absent() {
    #expect(CapabilityPlan.resolve(nil, supported: Self.all).plan == CapabilityPlan())
  }

  @Test("what is not held is left out and told; ambient ones need to be permitted and inheritable")
  func restriction() {
    var plan = CapabilityPlan()
    (plan.effective, plan.permitted, plan.inheritable, plan.ambient) = (0b0011, 0b0111, 0b1001, 0b1011)
    let held = ThreadCapabilities(effective: 0, permitted: 0b0101, inheritable: 0b1000)
    let (result, shortfall) = plan.restricted(to: held, bounding: 0b0001)
    #expect(result.effective == 0b0001 && result.permitted == 0b0101)
    #expect(result.inheritable == 0b1001 && result.ambient == 0b0001)
    #expect(shortfall == CapabilityShortfall(notHeld: 0b0010, notRaised: 0b1000))
    #expect(
      shortfall.warnings == [
        "ignoring capabilities that the runtime does not hold: [CAP_DAC_OVERRIDE]",
        "can't raise ambient capability CAP_FOWNER: operation not permitted",
      ])
    #expect(CapabilityShortfall().warnings.isEmpty)
  }

  @Test(
    "the kernel shows the sets of the plan, for root and after the change to a user",
    .enabled(if: effectiveUserID() == 0, "only root gives capabilities"),
    arguments: [
      (OCI.CapabilitySets?.none, [UInt64](repeating: 0, count: 5)),
      (OCI.CapabilitySets(), [0, 0, 0, 0, 0]),
      (
        OCI.CapabilitySets(
          bounding: ["CAP_KILL", "CAP_CHOWN"], effective: ["CAP_KILL"], permitted: ["CAP_KILL", "CAP_CHOWN"]),
        [0, 0x21, 0x20, 0x21, 0]
      ),
      (
        OCI.CapabilitySets(
          bounding: ["CAP_KILL", "CAP_CHOWN"], effective: ["CAP_KILL"], inheritable: ["CAP_KILL"],
          permitted: ["CAP_KILL"], ambient: ["CAP_KILL", "CAP_CHOWN"]),
        [0x20, 0x20, 0x20, 0x21, 0x20]
      ),
      (
        OCI.CapabilitySets(
          bounding: ["CAP_SYS_ADMIN"], effective: [], permitted: ["CAP_SYS_ADMIN", "CAP_AUDIT_WRITE"]),
        [0, 0x2020_0000, 0, 0x20_0000, 0]
      ),
    ] as [(OCI.CapabilitySets?, [UInt64])], [UInt32(0), 1000])
  func kernel(expectation: (sets: OCI.CapabilitySets?, masks: [UInt64]), uid: UInt32) throws {
    let plan = CapabilityPlan.resolve(expectation.sets, supported: CapabilityPlan.supportedByKernel()).plan
    let identity = try IdentityPlan(OCI.User(uid: uid, gid: uid, additionalGids: [7, 8]))
    let status = try inOwnThread {
      try plan.dropBounding()
      try CapabilityPlan.keepOverUserChange()
      try identity.setGroups()
      try identity.apply()
      _ = try plan.apply()
      return try threadStatus()
    }
    let shown = ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"].map { UInt64(status[$0] ?? "", radix: 16) }
    #expect(shown == expectation.masks)
    #expect(status["Uid"] == "\(uid)\t\(uid)\t\(uid)\t\(uid)")
    #expect(Set((status["Groups"] ?? "").split(separator: " ")) == ["7", "8", Substring("\(uid)")])
  }

  @Test("a bounding set cannot be dropped without CAP_SETPCAP, and that is an error")
  func droppingRefused() throws {
    let outcome = try inOwnThread {
      try ThreadCapabilities(effective: 0, permitted: 0, inheritable: 0).apply()
      return Result { () throws(SetupFailure) in try CapabilityPlan().dropBounding() }
    }
    guard case .failure(let failure) = outcome else {
      Issue.record("it was not refused")
      return
    }
    #expect(failure.error.errno == .notPermitted)
  }
}
