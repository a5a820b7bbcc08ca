// Everything that can be said about a bundle.

internal import Linux
internal import OCI

/// Everything that can be said about a bundle: by the specification, and if asked for by a look at this host.
struct BundleReport {
  private(set) var findings: [Finding] = []

  /// - Throws: when there is no bundle to look at.
  init(_ path: String, looksAtHost: Bool) throws(RuntimeError) {
    let config = try doing("reading config.json") { () throws(SystemCallError) in
      let bundle = try Descriptor.workingDirectory.open(path, [.path, .directory])
      return try bundle.readRegularFile("config.json", limit: StateDirectory.fileLimit)
    }
    let spec: Spec
    var unknown: [SpecError] = []
    do throws(SpecError) {
      spec = try Spec.decode(config, unknown: &unknown)
    } catch {
      findings.append(Finding(.must, error))
      return
    }
    var warnings: [String] = []
    for error in spec.refusals(looksAtHost ? try hostContext() : [], &warnings) {
      findings.append(Finding(.must, error))
    }
    for error in unknown { findings.append(Finding(.should, error)) }
    for warning in warnings { findings.append(Finding(warning: warning)) }
    checkRoot(spec.root, path)
    checkRecommendations(spec)
    if looksAtHost {
      var host = HostReport()
      try host.check(spec, bundle: path)
      findings += host.findings
    }
  }

  private func hostContext() throws(RuntimeError) -> ValidationContext {
    try CgroupLayout.detect().kind == .v2 ? .cgroupV2 : .cgroupV1
  }

  private mutating func checkRoot(_ root: Root, _ bundle: String) {
    if root.path.utf8.isEmpty { return }
    let path = hasPrefix(root.path, "/") ? root.path : bundle + "/" + root.path
    guard let kind = try? Descriptor.workingDirectory.status(of: path, followLinks: true).kind else {
      return findings.append(Finding(.must, "root.path", path + " does not exist"))
    }
    if kind != .directory { findings.append(Finding(.must, "root.path", path + " is no directory")) }
  }

  private mutating func checkRecommendations(_ spec: Spec) {
    for entry in spec.annotations.entries {
      if entry.key.utf8.isEmpty {
        findings.append(Finding(.must, "annotations", "a key must not be an empty string"))
      } else if !holds(entry.key, anyOf: ".") {
        findings.append(Finding(.should, "annotations." + entry.key, "a key should be in reverse domain notation"))
      }
    }
    if !spec.hooks.prestart.isEmpty {
      findings.append(
        Finding(.should, "hooks.prestart", "is deprecated: createRuntime, createContainer or startContainer replace it")
      )
    }
    if let process = spec.process {
      if process.consoleSize != nil && !process.terminal {
        findings.append(Finding(.should, "process.consoleSize", "is ignored without process.terminal"))
      }
      if let sets = process.capabilities { checkAmbient(sets) }
    }
    checkDevices(spec.linux.devices)
    if let seccomp = spec.linux.seccomp { checkNames(seccomp) }
  }

  /// Only what is permitted and inheritable can be ambient (capabilities(7)).
  private mutating func checkAmbient(_ sets: CapabilitySets) {
    let possible = OCI.Capability.bits(of: sets.permitted) & OCI.Capability.bits(of: sets.inheritable)
    for name in sets.ambient where OCI.Capability.bits(of: [name]) & ~possible != 0 {
      findings.append(
        Finding(
          .should, "process.capabilities.ambient", name + " is not both permitted and inheritable, so it is not had"))
    }
  }

  private mutating func checkDevices(_ devices: [DeviceNode]) {
    for (index, device) in devices.enumerated() {
      for other in devices[..<index] where sameBytes(device.path, other.path) {
        findings.append(
          Finding(.should, numbered("linux.devices[", Int32(index), "].path"), device.path + " is given twice"))
      }
    }
  }

  /// Profiles name calls of other kernels on purpose; one that no Linux of this machine has may be a slip.
  private mutating func checkNames(_ seccomp: Seccomp) {
    let table = SystemCallTable()
    for (index, rule) in seccomp.syscalls.enumerated() {
      for name in rule.names where table.numbers(of: name) == nil {
        findings.append(
          Finding(
            .should, numbered("linux.seccomp.syscalls[", Int32(index), "].names"),
            "no system call of this machine's Linux is named " + name))
      }
    }
  }
}
