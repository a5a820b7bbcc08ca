// What a list of device rules comes to.

import OCI

/// What a list of device rules comes to in the v1 devices controller (cgroup-v1/devices.rst): a default, and exceptions
/// from it.
struct DeviceAccessList: Equatable {
  private(set) var allowsByDefault = false
  /// Rules of the opposite of the default, each device at most once.
  private(set) var exceptions: [DeviceRule] = []

  /// Adds a rule; a later one wins over earlier ones.
  /// - Throws: when it takes something out of a wildcard rule. The kernel would ignore that without a word, and the
  ///   container could reach a device that the list forbids.
  mutating func apply(_ rule: DeviceRule) throws(RuntimeError) {
    if rule.kind == .all {
      allowsByDefault = rule.allow
      exceptions = []
    } else if rule.allow == allowsByDefault {
      try remove(rule)
    } else if let index = index(of: rule) {
      exceptions[index].access.formUnion(rule.access)
    } else {
      exceptions.append(rule)
    }
  }

  private mutating func remove(_ rule: DeviceRule) throws(RuntimeError) {
    for exception in exceptions where exception.covers(rule) && !exception.isSameDevice(as: rule) {
      if exception.access.isDisjoint(with: rule.access) { continue }
      throw .invalidConfiguration(
        sentence(
          "linux.resources.devices: the rule '%' cannot make an exception from '%' in cgroup v1", rule.text,
          exception.text))
    }
    guard let index = index(of: rule) else { return }
    exceptions[index].access.subtract(rule.access)
    if exceptions[index].access.isEmpty { exceptions.remove(at: index) }
  }

  private func index(of rule: DeviceRule) -> Int? { exceptions.firstIndex { $0.isSameDevice(as: rule) } }

  /// The writes that bring a new cgroup, which has its parent's rules, into this state.
  func add(to writes: inout [CgroupWrite]) {
    writes.add(allowsByDefault ? "devices.allow" : "devices.deny", "a *:* rwm")
    for exception in exceptions { writes.add(allowsByDefault ? "devices.deny" : "devices.allow", exception.text) }
  }
}

extension DeviceRule {
  func isSameDevice(as other: DeviceRule) -> Bool {
    kind == other.kind && major ?? -1 == other.major ?? -1 && minor ?? -1 == other.minor ?? -1
  }

  /// Whether every device of the other rule is one of this rule's.
  func covers(_ other: DeviceRule) -> Bool {
    kind == other.kind
      && (major ?? -1 == -1 || major == other.major) && (minor ?? -1 == -1 || minor == other.minor)
  }

  /// As the controller takes it: `c 1:3 rwm`, `*` for any number.
  var text: String {
    sentence("% %:% ", kind.name, DeviceRule.text(major), DeviceRule.text(minor)) + access.letters
  }

  private static func text(_ value: Int64?) -> String {
    guard let value, value != -1 else { return "*" }
    return String(value)
  }
}
