// The five capability sets of a process as masks, and how it gets them.

internal import Linux
public import OCI

/// The five capability sets of a process as masks, bit n for capability n, and the calls that apply them.
///
/// The order around the change of the user is that of capabilities(7): the bounding set while CAP_SETPCAP is held
/// for sure, then `keepOverUserChange`, the new ids, and the other sets by `apply`.
public struct CapabilityPlan: Equatable, Sendable {
  public var bounding: UInt64 = 0
  public var effective: UInt64 = 0
  public var permitted: UInt64 = 0
  /// As config.json says and empty otherwise: a capability in here survives execve(2) of files that carry it
  /// (CVE-2022-29162).
  public var inheritable: UInt64 = 0
  public var ambient: UInt64 = 0
  /// Effective and permitted until it is given back (`finalSets`): what the last steps before the program take.
  public var lent: UInt64 = 0

  public init() {}

  /// CAP_SYS_ADMIN, which loading a filter takes without no_new_privs (seccomp(2)).
  static let administration: UInt64 = 1 << 21

  /// From names to masks.
  /// - Parameters:
  ///   - sets: nil means that the process gets no capability at all.
  ///   - supported: what the running kernel has, see `supportedByKernel`.
  /// - Returns: the plan, and the names that nobody knows or the kernel lacks, sorted, once each.
  public static func resolve(
    _ sets: OCI.CapabilitySets?, supported: UInt64
  ) -> (plan: CapabilityPlan, ignored: [String]) {
    var (plan, ignored) = (CapabilityPlan(), SortedNames())
    guard let sets else { return (plan, []) }
    plan.bounding = mask(sets.bounding, supported, &ignored)
    plan.effective = mask(sets.effective, supported, &ignored)
    plan.permitted = mask(sets.permitted, supported, &ignored)
    plan.inheritable = mask(sets.inheritable, supported, &ignored)
    plan.ambient = mask(sets.ambient, supported, &ignored)
    return (plan, ignored.list)
  }

  /// The warning about names that were ignored, in the words of runc.
  public static func warning(ignored names: [String]) -> String {
    "ignoring unknown or unavailable capabilities: [" + joined(names, by: " ") + "]"
  }

  /// The capabilities of the running kernel: the numbers for which PR_CAPBSET_READ has an answer. They have no gaps, so
  /// half a dozen questions find the last one.
  public static func supportedByKernel() -> UInt64 {
    var (known, unknown) = (0, 63)
    while unknown - known > 1 {
      let middle = (known + unknown) / 2
      if ProcessControl.isInBoundingSet(middle) == nil { unknown = middle } else { known = middle }
    }
    return (1 << UInt64(known + 1)) - 1
  }

  private static func mask(_ names: [String], _ supported: UInt64, _ ignored: inout SortedNames) -> UInt64 {
    var mask: UInt64 = 0
    for name in names {
      let bit: UInt64 = Capability.number(of: name).map { 1 << UInt64($0) } ?? 0
      if bit & supported != 0 {
        mask |= bit
      } else {
        ignored.insert(name)
      }
    }
    return mask
  }

  static func readBounding() -> UInt64 {
    var bounding: UInt64 = 0
    for number in 0..<64 {
      guard let isBounding = ProcessControl.isInBoundingSet(number) else { break }
      if isBounding { bounding |= 1 << UInt64(number) }
    }
    return bounding
  }
}

/// What of a plan this process cannot have, because nobody can give it what it does not hold. It goes on without
/// them and says so: one of the written exceptions to failing closed, as root of many hosts lacks some capability.
public struct CapabilityShortfall: Equatable, Sendable {
  /// Asked for as effective, permitted or inheritable, but not held.
  public var notHeld: UInt64 = 0
  /// Asked for as ambient, without being permitted and inheritable too.
  public var notRaised: UInt64 = 0

  public init(notHeld: UInt64 = 0, notRaised: UInt64 = 0) {
    self.notHeld = notHeld
    self.notRaised = notRaised
  }

  public var warnings: [String] {
    var list: [String] = []
    if notHeld != 0 {
      let names = joined(Capability.names(in: notHeld), by: " ")
      list.append("ignoring capabilities that the runtime does not hold: [" + names + "]")
    }
    for name in Capability.names(in: notRaised) {
      list.append("can't raise ambient capability " + name + ": operation not permitted")
    }
    return list
  }
}

extension CapabilityPlan {
  /// First: takes out of the bounding set what the plan does not name. Needs CAP_SETPCAP.
  public func dropBounding() throws(SetupFailure) {
    let surplus = Self.supportedByKernel() & ~bounding
    for number in 0..<64 where surplus & (1 << UInt64(number)) != 0 {
      do {
        try ProcessControl.dropBounding(number)
      } catch {
        // What is gone already needs no right to be dropped.
        if ProcessControl.isInBoundingSet(number) != false { throw .call(error) }
      }
    }
  }

  /// Second: lets the permitted set survive the change from root to another user, which follows.
  public static func keepOverUserChange() throws(SetupFailure) {
    try calling { () throws(SystemCallError) in try ProcessControl.setKeepCapabilities(true) }
  }

  /// Last, as the container's user: the effective, permitted, inheritable and ambient sets.
  public func apply() throws(SetupFailure) -> CapabilityShortfall {
    try calling { () throws(SystemCallError) in
      try ProcessControl.setKeepCapabilities(false)
      let held = try ThreadCapabilities.current()
      let (plan, shortfall) = restricted(to: held, bounding: inheritable == 0 ? 0 : Self.readBounding())
      let lent = lent & held.permitted
      let sets = ThreadCapabilities(
        effective: plan.effective | lent, permitted: plan.permitted | lent, inheritable: plan.inheritable)
      try sets.apply()
      try ProcessControl.clearAmbient()
      for number in 0..<64 where plan.ambient & (1 << UInt64(number)) != 0 {
        try ProcessControl.raiseAmbient(number)
      }
      return shortfall
    }
  }

  /// What is left when the lent capabilities are given back: nil when it is what the process has. Ambient capabilities
  /// stay, as they are all permitted by the plan.
  func finalSets() throws(SetupFailure) -> ThreadCapabilities? {
    try calling { () throws(SystemCallError) in
      let current = try ThreadCapabilities.current()
      var sets = current
      sets.effective &= effective
      sets.permitted &= permitted
      return sets == current ? nil : sets
    }
  }

  /// The plan without what the kernel would refuse (cap_capset and cap_prctl in the kernel's security/commoncap.c).
  func restricted(
    to held: ThreadCapabilities, bounding current: UInt64
  ) -> (plan: CapabilityPlan, shortfall: CapabilityShortfall) {
    var plan = self
    plan.effective &= held.permitted
    plan.permitted &= held.permitted
    plan.inheritable &= held.inheritable | (held.permitted & current)
    plan.ambient &= plan.permitted & plan.inheritable
    let asked = effective | permitted | inheritable
    let notHeld = asked & ~(plan.effective | plan.permitted | plan.inheritable)
    let shortfall = CapabilityShortfall(notHeld: notHeld, notRaised: ambient & ~plan.ambient & ~notHeld)
    return (plan, shortfall)
  }
}
