// Which capabilities a container gets.

internal import OCI

/// Which capabilities a container gets, of those that the host can give.
struct CapabilityChoice {
  private let security: ContainerSecurity
  private let settings: NodeSettings
  private let host: HostFacts

  init(_ security: ContainerSecurity, _ settings: NodeSettings, _ host: HostFacts) {
    self.security = security
    self.settings = settings
    self.host = host
  }

  /// Inheritable ones would survive into programs with file capabilities, so there are none but ambient ones
  /// (CVE-2022-24769).
  func sets() throws(PodError) -> CapabilitySets {
    if security.isPrivileged {
      let all = host.capabilities
      return CapabilitySets(bounding: all, effective: all, permitted: all)
    }
    let added = try names(security.addedCapabilities, "add_capabilities")
    let dropped = try names(security.droppedCapabilities, "drop_capabilities")
    let ambient = try names(security.ambientCapabilities, "add_ambient_capabilities")
    var chosen = dropped.contains("ALL") ? [] : settings.defaultCapabilities
    if added.contains("ALL") { chosen = host.capabilities }
    for name in added + ambient where name != "ALL" && !chosen.contains(name) { chosen.append(name) }
    // A single drop wins over ALL of the added ones, and an added one over ALL of the dropped ones.
    chosen.removeAll { dropped.contains($0) && $0 != "ALL" }
    chosen = chosen.filter { host.capabilities.contains($0) }
    let raised = ambient.contains("ALL") ? chosen : ambient.filter { chosen.contains($0) }
    return CapabilitySets(
      bounding: chosen, effective: chosen, inheritable: raised, permitted: chosen, ambient: raised)
  }

  /// In the spelling of the kernel; callers leave out the prefix.
  private func names(_ list: [String], _ field: String) throws(PodError) -> [String] {
    var names: [String] = []
    for text in list {
      let upper = text.uppercased()
      if upper == "ALL" {
        names.append(upper)
        continue
      }
      let name = upper.hasPrefix("CAP_") ? upper : "CAP_" + upper
      guard Capability(name: name) != nil else {
        throw PodError(.invalidArgument, "linux.security_context.capabilities.\(field): unknown capability '\(text)'")
      }
      names.append(name)
    }
    return names
  }
}
