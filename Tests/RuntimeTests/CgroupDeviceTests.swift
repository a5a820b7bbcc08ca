// Device rules of cgroup v1.

import OCI
import Testing

@testable import ContainerRuntime

@Suite("Cgroup device rules")
struct CgroupDeviceTests {
  static let defaults = [
    "allow c *:* m", "allow b *:* m", "allow c 1:3 rwm", "allow c 1:8 rwm", "allow c 1:7 rwm", "allow c 5:0 rwm",
    "allow c 1:5 rwm", "allow c 1:9 rwm", "allow c 136:* rwm", "allow c 5:2 rwm", "allow c 10:200 rwm",
  ]

  private func lines(_ rules: [DeviceRule], nodes: [DeviceNode] = []) throws -> [String] {
    try writes(rules, .create(devices: nodes)).map { String($0.file.dropFirst(8)) + " " + $0.value }
  }

  private func writes(_ rules: [DeviceRule], _ purpose: LimitPurpose) throws -> [CgroupWrite] {
    var resources = Resources()
    resources.devices = rules
    return try limitWrites(resources, kind: .v1, purpose: purpose)
  }

  @Test("without rules everything is denied but the default devices")
  func none() throws {
    #expect(try lines([]) == ["deny a *:* rwm"] + Self.defaults)
  }

  @Test("rules of the configuration come before the default devices, -1 is any number")
  func listed() throws {
    let rules = [
      DeviceRule(allow: false, access: .all),
      DeviceRule(allow: true, kind: .block, major: 8, minor: -1, access: [.read, .makeNode]),
      DeviceRule(allow: true, kind: .character, major: 10, minor: 229, access: .all),
    ]
    #expect(try lines(rules) == ["deny a *:* rwm", "allow b 8:* rm", "allow c 10:229 rwm"] + Self.defaults)
  }

  @Test("a container that may use everything gets only what is denied")
  func everything() throws {
    let rules = [
      DeviceRule(allow: true, access: .all),
      DeviceRule(allow: false, kind: .block, major: 8, minor: 1, access: [.write]),
    ]
    #expect(try lines(rules) == ["allow a *:* rwm", "deny b 8:1 w"])
  }

  @Test("later rules win: rights add up and go away, a rule for all devices starts afresh")
  func order() throws {
    let device = { DeviceRule(allow: $0, kind: .block, major: 8, minor: 0, access: $1) }
    #expect(
      try lines([device(true, [.read]), device(true, [.write])]) == ["deny a *:* rwm", "allow b 8:0 rw"] + Self.defaults
    )
    #expect(
      try lines([device(true, .all), device(false, [.write])]) == ["deny a *:* rwm", "allow b 8:0 rm"] + Self.defaults)
    #expect(try lines([device(true, .all), device(false, .all)]) == ["deny a *:* rwm"] + Self.defaults)
    let all = DeviceRule(allow: false, access: .all)
    #expect(try lines([device(true, .all), all]) == ["deny a *:* rwm"] + Self.defaults)
  }

  @Test("an exception from a wildcard rule is refused: the kernel would ignore it")
  func hole() {
    let wildcard = DeviceRule(allow: true, kind: .character, major: 10, access: .all)
    let hole = DeviceRule(allow: false, kind: .character, major: 10, minor: 5, access: [.read])
    #expect(throws: RuntimeError.self) { try lines([wildcard, hole]) }
    let other = DeviceRule(allow: false, kind: .block, major: 10, minor: 5, access: [.read])
    #expect(throws: Never.self) { try lines([wildcard, other]) }
  }

  @Test("a rule without access and one with a negative number are refused")
  func invalid() {
    #expect(throws: RuntimeError.self) { try lines([DeviceRule(allow: true, access: [])]) }
    #expect(throws: RuntimeError.self) {
      try lines([DeviceRule(allow: true, kind: .block, major: -2, access: .all)])
    }
  }

  @Test("a node of the configuration at the place of a default device takes its rule away")
  func replaced() throws {
    var node = DeviceNode()
    node.path = "/dev/null"
    #expect(try lines([], nodes: [node]) == ["deny a *:* rwm"] + Self.defaults.filter { $0 != "allow c 1:3 rwm" })
  }

  @Test("an update leaves the rules alone")
  func update() throws {
    #expect(try writes([DeviceRule(allow: true, access: .all)], .update).isEmpty)
  }
}
