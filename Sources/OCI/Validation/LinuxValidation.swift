// The checks of the Linux section.

extension LinuxSettings {
  func validate(_ context: ValidationContext, _ warnings: inout [String]) throws(SpecError) {
    try checkSysctl()
    try check(paths: maskedPaths, "linux.maskedPaths")
    try check(paths: readonlyPaths, "linux.readonlyPaths")
    try checkDevices()
    try checkNetDevices(context)
    try checkCgroupsPath(context)
    try resources.validate(context, &warnings)
    try seccomp?.validate()
    try intelRdt?.validate()
    try memoryPolicy?.validate()
    try checkPropagation(context)
    warnings += personalityWarnings
  }

  /// The first fault of each part.
  func refusals(_ context: ValidationContext, _ warnings: inout [String], _ found: inout [SpecError]) {
    collect(&found) { () throws(SpecError) in try checkSysctl() }
    collect(&found) { () throws(SpecError) in try check(paths: maskedPaths, "linux.maskedPaths") }
    collect(&found) { () throws(SpecError) in try check(paths: readonlyPaths, "linux.readonlyPaths") }
    collect(&found) { () throws(SpecError) in try checkDevices() }
    collect(&found) { () throws(SpecError) in try checkNetDevices(context) }
    collect(&found) { () throws(SpecError) in try checkCgroupsPath(context) }
    collect(&found) { () throws(SpecError) in try resources.validate(context, &warnings) }
    collect(&found) { () throws(SpecError) in try seccomp?.validate() }
    collect(&found) { () throws(SpecError) in try intelRdt?.validate() }
    collect(&found) { () throws(SpecError) in try memoryPolicy?.validate() }
    warnings += personalityWarnings
  }

  private var personalityWarnings: [String] {
    personality?.flags.isEmpty ?? true ? [] : ["ignoring unsupported personality flags: none is defined yet"]
  }

  private func checkPropagation(_ context: ValidationContext) throws(SpecError) {
    if context.contains(.withoutPivotRoot), let propagation = rootfsPropagation,
      propagation == .private || propagation == .recursivelyPrivate
    {
      throw SpecError(
        "linux.rootfsPropagation", "rootfsPropagation of [r]private is not safe without pivot_root")
    }
  }

  private func check(paths: [String], _ field: String) throws(SpecError) {
    guard paths.isEmpty || namespace(.mount) != nil else {
      throw SpecError(field, "unable to restrict sys entries without a private MNT namespace")
    }
    for (index, path) in paths.enumerated() where !hasPrefix(path, "/") {
      throw SpecError(element(field, index), "must be an absolute path")
    }
  }

  /// A device number has 12 and 20 bits (linux/kdev_t.h).
  private func checkDevices() throws(SpecError) {
    for (index, device) in devices.enumerated() {
      guard hasPrefix(device.path, "/") else {
        throw SpecError(element("linux.devices", index, ".path"), "must be an absolute path")
      }
      if device.kind == .fifo { continue }
      guard (0..<1 << 12).contains(device.major), (0..<1 << 20).contains(device.minor) else {
        throw SpecError(element("linux.devices", index), "has no possible device number")
      }
    }
  }

  private func checkNetDevices(_ context: ValidationContext) throws(SpecError) {
    guard !netDevices.isEmpty else { return }
    guard namespace(.network) != nil else {
      throw SpecError("linux.netDevices", "unable to move network devices without a NET namespace")
    }
    guard !context.contains(.rootless) else {
      throw SpecError("linux.netDevices", "network devices are not supported for rootless containers")
    }
    for entry in netDevices.entries {
      try check(interface: entry.key)
      if !entry.value.name.isEmpty { try check(interface: entry.value.name) }
    }
  }

  private func check(interface name: String) throws(SpecError) {
    guard isInterface(name) else {
      throw SpecError("linux.netDevices", sentence("invalid network device name %", quoted(name)))
    }
  }

  private func checkCgroupsPath(_ context: ValidationContext) throws(SpecError) {
    guard context.contains(.systemdCgroup), !cgroupsPath.isEmpty else { return }
    guard pieces(of: cgroupsPath, separator: UInt8(ascii: ":")).count == 3 else {
      throw SpecError(
        "linux.cgroupsPath",
        sentence(
          "expected cgroupsPath to be of format \"slice:prefix:name\" for systemd cgroups, got % instead",
          quoted(cgroupsPath)))
    }
  }
}

/// Whether the kernel takes it as the name of a network device (dev_valid_name in net/core/dev.c).
func isInterface(_ name: String) -> Bool {
  !name.isEmpty && name.utf8.count < 16 && !holds(name, anyOf: "/:") && !holdsSpace(name) && !sameBytes(name, ".")
    && !sameBytes(name, "..")
}

extension IntelRDT {
  func validate() throws(SpecError) {
    // "/" alone is the root class of service.
    let isPath = closID.utf8.count > 1 && holds(closID, anyOf: "/")
    if isPath || sameBytes(closID, ".") || sameBytes(closID, "..") {
      throw SpecError("linux.intelRdt.closID", sentence("invalid intelRdt.ClosID %", quoted(closID)))
    }
    if !memBwSchema.isEmpty && !hasPrefix(memBwSchema, "MB:") {
      throw SpecError("linux.intelRdt.memBwSchema", "does not begin with \"MB:\"")
    }
    // A value that brought lines of its own could change what nobody reads in it.
    if holds(memBwSchema, anyOf: "\n") { throw SpecError("linux.intelRdt.memBwSchema", "holds a newline") }
    for (index, line) in schemata.enumerated() where holds(line, anyOf: "\n") {
      throw SpecError(element("linux.intelRdt.schemata", index), "holds a newline")
    }
  }
}

extension MemoryPolicy {
  /// set_mempolicy(2)
  func validate() throws(SpecError) {
    guard let mode else { throw SpecError("linux.memoryPolicy.mode", "invalid memory policy mode \"\"") }
    let list: NumberList
    do { list = try NumberList(nodes) } catch {
      throw SpecError(
        "linux.memoryPolicy.nodes", sentence("invalid memory policy nodes %: %", quoted(nodes), error.reason))
    }
    switch mode {
    case .standard, .local:
      guard list.ranges.isEmpty else {
        throw SpecError(
          "linux.memoryPolicy.nodes", sentence("memory policy mode requires 0 nodes but got %", String(list.count)))
      }
    case .preferred: break
    case .bind, .interleave, .preferredMany, .weightedInterleave:
      guard !list.ranges.isEmpty else {
        throw SpecError("linux.memoryPolicy.nodes", "memory policy mode requires at least one node but got 0")
      }
    }
  }
}
