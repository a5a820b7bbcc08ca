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
        "linux.resources.devices: the rule '\(rule.text)' cannot make an exception from '\(exception.text)' in v1"
      )
    }
    guard let index = index(of: rule) else { return }
    exceptions[index].access.subtract(rule.access)
    if exceptions[index].access.isEmpty { exceptions.remove(at: index) }
  }

  private func index(of rule: DeviceRule) -> Int? { exceptions.firstIndex { $0.isSameDevice(as: rule) } }

  /// The writes that bring a new cgroup, which has its parent's rules, into this state.
  var writes: [CgroupWrite] {
    let (first, rest) = allowsByDefault ? ("devices.allow", "devices.deny") : ("devices.deny", "devices.allow")
    var writes = [CgroupWrite("devices", first, "a *:* rwm")]
    for exception in exceptions { writes.append(CgroupWrite("devices", rest, exception.text)) }
    return writes
  }
}

extension DeviceRule {
  /// The number of a device, or nil for any.
  private static func number(_ value: Int64?) -> Int64? { value == -1 ? nil : value }

  func isSameDevice(as other: DeviceRule) -> Bool {
    kind == other.kind && DeviceRule.number(major) == DeviceRule.number(other.major)
      && DeviceRule.number(minor) == DeviceRule.number(other.minor)
  }

  /// Whether every device of the other rule is one of this rule's.
  func covers(_ other: DeviceRule) -> Bool {
    kind == other.kind
      && (DeviceRule.number(major) == nil || DeviceRule.number(major) == DeviceRule.number(other.major))
      && (DeviceRule.number(minor) == nil || DeviceRule.number(minor) == DeviceRule.number(other.minor))
  }

  /// As the controller takes it: `c 1:3 rwm`, `*` for any number.
  var text: String {
    let major = DeviceRule.number(major).map { String($0) } ?? "*"
    let minor = DeviceRule.number(minor).map { String($0) } ?? "*"
    return "\(kind.name) \(major):\(minor) \(access.letters)"
  }
}
