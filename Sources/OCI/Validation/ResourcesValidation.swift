// The checks of cgroup limits.

extension Resources {
  /// Checks limits, those of config.json and those given to `update`.
  /// - Returns: Warnings, a sentence each.
  @discardableResult
  public func validate(_ context: ValidationContext = []) throws(SpecError) -> [String] {
    var warnings: [String] = []
    try validate(context, &warnings)
    return warnings
  }

  func validate(_ context: ValidationContext, _ warnings: inout [String]) throws(SpecError) {
    try checkDevices()
    try memory.validate(context, &warnings)
    try checkFileNames()
    try checkUnified(context)
    for (index, entry) in network.priorities.enumerated() where !isInterface(entry.name) {
      throw SpecError(element("linux.resources.network.priorities", index, ".name"), "is no name of an interface")
    }
  }

  private func checkDevices() throws(SpecError) {
    for (index, rule) in devices.enumerated() {
      let path = element("linux.resources.devices", index)
      guard !rule.access.isEmpty else {
        throw SpecError(path, sentence("device access at % field cannot be empty", String(index)))
      }
      guard max(rule.major ?? 0, rule.minor ?? 0) <= Int64(UInt32.max), min(rule.major ?? 0, rule.minor ?? 0) >= -1
      else { throw SpecError(path, "has no possible device number") }
    }
  }

  /// Texts that become part of a file name or of a line with several words.
  private func checkFileNames() throws(SpecError) {
    for (index, limit) in hugepageLimits.enumerated() {
      guard holds(limit.pageSize, anyOf: "/") || holdsSpace(limit.pageSize) else { continue }
      throw SpecError(
        element("linux.resources.hugepageLimits", index, ".pageSize"),
        sentence("expected a size such as 2MB, found %", quoted(limit.pageSize)))
    }
    for entry in rdma.entries where entry.key.isEmpty || holdsSpace(entry.key) {
      throw SpecError("linux.resources.rdma", sentence("% is no name of a device", quoted(entry.key)))
    }
  }

  private func checkUnified(_ context: ValidationContext) throws(SpecError) {
    guard !unified.isEmpty else { return }
    guard !context.contains(.cgroupV1) else {
      throw SpecError("linux.resources.unified", "invalid configuration: cannot use unified on cgroup v1")
    }
    for entry in unified.entries {
      guard !holds(entry.key, anyOf: "/") else {
        throw SpecError(
          "linux.resources.unified",
          sentence("unified resource % must be a file name (no slashes)", quoted(entry.key)))
      }
      let parts = pieces(of: entry.key, separator: UInt8(ascii: "."))
      guard parts.count > 1, !parts[0].isEmpty, !parts[1].isEmpty else {
        throw SpecError(
          "linux.resources.unified",
          sentence("unified resource % must be in the form CONTROLLER.PARAMETER", quoted(entry.key)))
      }
    }
  }
}

extension Resources.Memory {
  func validate(_ context: ValidationContext, _ warnings: inout [String]) throws(SpecError) {
    try check(limit, "linux.resources.memory.limit")
    try check(reservation, "linux.resources.memory.reservation")
    try check(swap, "linux.resources.memory.swap")
    if let swappiness, swappiness > 100 {
      throw SpecError(
        "linux.resources.memory.swappiness",
        sentence("invalid memory swappiness value: % (valid range is 0-100)", String(swappiness)))
    }
    if kernel != nil || kernelTCP != nil { warnings.append("Kernel memory settings are ignored and will be removed") }
    if context.contains(.cgroupV2) { try checkSwap() }
  }

  private func check(_ value: Int64?, _ path: String) throws(SpecError) {
    if let value, value < -1 { throw SpecError(path, "must be -1 (no limit) or more") }
  }

  /// What cgroup v2 counts is swap alone, which takes both numbers to find (as runc has it).
  private func checkSwap() throws(SpecError) {
    guard let swap, swap > 0 else { return }
    guard let limit, limit != 0 else {
      throw SpecError("linux.resources.memory.swap", "unable to set swap limit without memory limit")
    }
    guard limit < 0 || swap >= limit else {
      throw SpecError("linux.resources.memory.swap", "memory+swap limit should be >= memory limit")
    }
  }
}
