// A8: the five capability sets are what was asked for, in create and exec (CVE-2022-29162, CVE-2022-24769).

import Foundation
import Testing

/// Sets to be asked for, and a user.
struct CapabilityCase: CustomStringConvertible, Sendable {
  let bounding: UInt64
  let permitted: UInt64
  let inheritable: UInt64
  let ambient: UInt64
  let uid: Int
  let noNewPrivileges: Bool

  var description: String {
    let sets = [bounding, permitted, inheritable, ambient].map { String($0, radix: 16) }
    return sets.joined(separator: " ") + " uid \(uid)" + (noNewPrivileges ? " nnp" : "")
  }

  /// Forty combinations, each set within the one that has to hold it.
  static let all: [CapabilityCase] = {
    var state: UInt64 = 0x9e37_79b9_7f4a_7c15
    func next() -> UInt64 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return state
    }
    let possible = Capabilities.ofHost
    return (0..<40).map { index in
      let bounding = index < 4 ? (index & 1 == 0 ? 0 : possible) : next() & possible
      let permitted = bounding & (index & 8 == 0 ? bounding : next())
      let inheritable = index & 2 == 0 ? 0 : permitted & next()
      return CapabilityCase(
        bounding: bounding, permitted: permitted, inheritable: inheritable, ambient: inheritable & next(),
        uid: index & 1 == 0 ? 0 : 1000, noNewPrivileges: index & 4 != 0)
    }
  }()

  var json: JSON {
    [
      "bounding": JSON(Capabilities.names(bounding)), "permitted": JSON(Capabilities.names(permitted)),
      "effective": JSON(Capabilities.names(permitted)), "inheritable": JSON(Capabilities.names(inheritable)),
      "ambient": JSON(Capabilities.names(ambient)),
    ]
  }

  /// What the kernel makes of them at execve of a program without file capabilities (capabilities(7), "Transformation
  /// of capabilities during execve()").
  var expected: Capabilities.Sets {
    // A program run by root counts as one with every capability; no_new_privs lets nothing be gained by that.
    let root = (inheritable | bounding) & (noNewPrivileges ? permitted : ~0)
    let after = uid == 0 ? root : ambient
    return Capabilities.Sets(
      inheritable: inheritable, permitted: after, effective: after, bounding: bounding, ambient: ambient)
  }
}

@Suite("A8: capabilities", .serialized, .containers)
struct CapabilityTests {
  private static let script = "grep ^Cap /proc/self/status"

  private func fill(_ process: inout JSON, _ wanted: CapabilityCase) {
    process.args = ["sh", "-c", .string(Self.script)]
    process.capabilities = wanted.json
    process.user = ["uid": .integer(wanted.uid), "gid": .integer(wanted.uid)]
    process.noNewPrivileges = .bool(wanted.noNewPrivileges)
  }

  // Red when the inheritable set keeps what the caller has, or when the bounding set is not dropped.
  @Test("create gives exactly the sets of config.json")
  func create() throws {
    try onScene { scene in
      let bundle = try scene.bundle()
      for wanted in CapabilityCase.all {
        let outcome = try scene.container(bundle) { fill(&$0.process, wanted) }.run().checked()
        #expect(Capabilities.Sets(status: outcome.output) == wanted.expected, "\(wanted)")
      }
    }
  }

  @Test("exec gives exactly the sets of its process file, whatever the container has")
  func exec() throws {
    try onScene { scene in
      let container = try scene.container { $0.process.args = ["sleep", "100"] }.start()
      let file = scene.folder + "/process.json"
      for wanted in CapabilityCase.all {
        var process = container.bundle.config.process
        fill(&process, wanted)
        try Data(process.text.utf8).write(to: URL(filePath: file))
        let outcome = try scene.runtime.call("exec", "--process", file, container.id).checked()
        #expect(Capabilities.Sets(status: outcome.output) == wanted.expected, "\(wanted)")
      }
      try container.remove()
    }
  }

  @Test("without capabilities in config.json there are none, inside and by exec")
  func none() throws {
    try onScene { scene in
      let container = try scene.container {
        $0.process.capabilities = nil
        $0.process.args = ["sh", "-c", .string(Self.script + "; exec sleep 100")]
      }.start()
      let nothing = Capabilities.Sets(inheritable: 0, permitted: 0, effective: 0, bounding: 0, ambient: 0)
      #expect(eventually { Capabilities.Sets(status: container.output) == nothing }, "\(container.output)")
      #expect(Capabilities.Sets(status: try container.exec(Self.script).output) == nothing)
      try container.remove()
    }
  }

  @Test("exec --cap adds the one capability and fills no inheritable set")
  func execCap() throws {
    try onScene { scene in
      let container = try scene.container { $0.process.args = ["sleep", "100"] }.start()
      let plain = try #require(Capabilities.Sets(status: try container.exec(Self.script).output))
      let more = try #require(
        Capabilities.Sets(status: try container.exec(Self.script, "--cap", "CAP_SYS_TIME").output))
      let time: UInt64 = 1 << 25
      #expect(plain.inheritable == 0 && more.inheritable == 0 && plain.bounding & time == 0)
      #expect(more.bounding == plain.bounding | time && more.effective == plain.effective | time)
      try container.remove()
    }
  }
}
