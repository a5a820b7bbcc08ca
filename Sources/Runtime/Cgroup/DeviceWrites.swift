// Device rules: those of config.json, and those that hold for every container.

import OCI

extension [CgroupWrite] {
  /// Device rules of v1; what they cannot express there is an error.
  mutating func addDevices(_ rules: [DeviceRule], beside nodes: [DeviceNode]) throws(RuntimeError) {
    var list = DeviceAccessList()
    for rule in try completeRules(rules, beside: nodes) { try list.apply(rule) }
    list.add(to: &self)
  }
}

/// The rules of config.json and after them what every container may use. Without rules: only that.
func completeRules(_ rules: [DeviceRule], beside nodes: [DeviceNode]) throws(RuntimeError) -> [DeviceRule] {
  for (index, rule) in rules.enumerated() {
    if rule.access.isEmpty || rule.major ?? -1 < -1 || rule.minor ?? -1 < -1 {
      let what = rule.access.isEmpty ? ".access: device access cannot be empty" : ": a number cannot be negative"
      throw .invalidConfiguration(sentence("linux.resources.devices[%]%", String(index), what))
    }
  }
  var complete = rules
  for device in DefaultDevice.all where !nodes.contains(where: { sameBytes($0.path, device.path) }) {
    complete.append(device.rule)
  }
  return complete
}

/// A device that every container may use, whatever its rules say.
private struct DefaultDevice {
  let rule: DeviceRule
  /// Where its node is; a node of config.json at that place takes the right away. Empty where there is none.
  let path: String

  /// Making any node is allowed, for a node alone opens nothing.
  static let all = [
    DefaultDevice(rule: DeviceRule(allow: true, kind: .character, access: .makeNode), path: ""),
    DefaultDevice(rule: DeviceRule(allow: true, kind: .block, access: .makeNode), path: ""),
    character(1, 3, "/dev/null"),
    character(1, 8, "/dev/random"),
    character(1, 7, "/dev/full"),
    character(5, 0, "/dev/tty"),
    character(1, 5, "/dev/zero"),
    character(1, 9, "/dev/urandom"),
    // Pseudo terminals, and /dev/ptmx which makes them.
    character(136, nil, ""),
    character(5, 2, ""),
    // /dev/net/tun: programs that need it often have no way to add a rule.
    character(10, 200, ""),
  ]

  private static func character(_ major: Int64, _ minor: Int64?, _ path: String) -> DefaultDevice {
    DefaultDevice(
      rule: DeviceRule(allow: true, kind: .character, major: major, minor: minor, access: .all), path: path)
  }
}
