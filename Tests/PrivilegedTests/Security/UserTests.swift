// A9 and A10: who a process is (CVE-2016-3697, CVE-2024-40635, CVE-2026-30892, CVE-2022-2995).

import Foundation
import Linux
import Testing

@Suite("A9, A10: users and groups", .serialized, .containers)
struct UserTests {
  private static let script = "grep -E '^(Uid|Gid|Groups):' /proc/self/status | tr '\\t' ' '"

  /// The user id that a strict reader sees in a text: decimal digits only, below 2^32 - 1.
  private func reference(_ text: String) -> (uid: Int, gid: Int)? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    let numbers = parts.map { part -> Int? in
      guard !part.isEmpty, part.utf8.allSatisfy({ (48...57).contains($0) }), let value = Int(part) else { return nil }
      return value < 4_294_967_295 ? value : nil
    }
    guard (1...2).contains(parts.count), numbers.allSatisfy({ $0 != nil }) else { return nil }
    return (numbers[0] ?? 0, numbers.count == 2 ? numbers[1] ?? 0 : 0)
  }

  private static let texts = [
    "0", "1", "1000", "1000:1000", "0:5", "4294967294", "4294967294:4294967294", "4294967295", "4294967296",
    "4294968296", "18446744073709551616", "18446744073709551615", "2147483648", "-1", "+1", " 1", "1 ", "1\n", "\t1",
    "0x1", "0x0", "1e3", "1.0", "1,000", "1_000", "", ":", "1:", ":1", "1:-1", "1:4294967295", "1:4294967296", "1:2:3",
    "::", "1::2", "\u{661}", "\u{FF11}", "1\u{0301}", "1;0", "1/0", "root ", "99999999999999999999999999", "--1", "1-0",
    "65534:65534", "1000:+5", "1000: 5",
  ]

  // Red when a text is read by a lenient number parser (sign, white space, hexadecimal, wrap at 32 bits), or looked up
  // as a name. Names are for callers; the runtime takes numbers.
  @Test("exec --user runs as exactly the number that is written, or refuses", .needs(.apus))
  func execUser() throws {
    try onScene { scene in
      let container = try scene.container { $0.process.args = ["sleep", "100"] }.start()
      var numbers = SystemRandomNumberGenerator()
      let random = (0..<80).map { _ in
        String(
          (0..<Int.random(in: 1...6, using: &numbers)).map { _ in
            "0123456789:-+ xe".randomElement(using: &numbers) ?? "0"
          })
      }
      for text in Self.texts + random {
        let outcome = try container.exec(Self.script, "--user", text)
        if let wanted = reference(text) {
          let ids = "Uid: \(wanted.uid) \(wanted.uid) \(wanted.uid) \(wanted.uid)"
          let groups = "Gid: \(wanted.gid) \(wanted.gid) \(wanted.gid) \(wanted.gid)"
          #expect(
            outcome.lines.count == 3 && outcome.output.hasPrefix(ids + "\n" + groups + "\n"), "'\(text)': \(outcome)")
        } else if !text.isEmpty {
          #expect(outcome.code != 0 && outcome.output == "", "'\(text)': \(outcome)")
        }
      }
      try container.remove()
    }
  }

  // Red when a number of config.json wraps at 32 bits or 4294967295 ("leave it as it is") is handed to setresuid(2).
  @Test("a uid or gid of config.json is taken as written, or refused", .needs(.apus))
  func configuration() throws {
    try onScene { scene in
      let bundle = try scene.bundle()
      let values: [(JSON, Bool)] = [
        (0, true), (1, true), (4_294_967_294, true), (2_147_483_648, true), (4_294_967_295, false),
        (4_294_967_296, false), (-1, false), (1.5, false), ("0", false), (true, false), ([], false),
        (.integer(Int.max), false), (.double(1e30), false),
      ]
      for (value, isGood) in values {
        for field in ["uid", "gid"] {
          let outcome = try scene.container(bundle) {
            $0.process.args = ["sh", "-c", .string(Self.script)]
            $0.process.user = ["uid": 1, "gid": 1]
            $0.process.user[field] = value
          }.run()
          #expect(outcome.succeeded == isGood, "\(field) \(value.text): \(outcome)")
          if isGood { #expect(outcome.output.contains((field == "uid" ? "Uid: " : "Gid: ") + value.text + " ")) }
        }
      }
    }
  }

  // Red without setgroups(2): the groups of the one who calls the runtime would be the container's.
  @Test("no group of the caller gets in, by create or exec", .needs(.program("setpriv")))
  func callersGroups() throws {
    try onScene { scene in
      func withGroups(_ command: Command) -> Command {
        var command = command
        command.arguments = ["--groups", "4242,4243", command.program] + command.arguments
        command.program = "setpriv"
        return command
      }
      for uid in [0, 1000] {
        let container = try scene.container {
          $0.process.user = ["uid": .integer(uid), "gid": 7, "additionalGids": [8, 9]]
          $0.process.args = ["sh", "-c", .string(Self.script)]
        }
        let outcome = try withGroups(container.command("run")).run().checked()
        let groups = (outcome.lines.last ?? "").split(separator: " ").dropFirst().compactMap { Int($0) }
        #expect(Set(groups).isSubset(of: [7, 8, 9]) && Set(groups).isSuperset(of: [8, 9]), "\(outcome)")
      }
      let container = try scene.container { $0.process.args = ["sleep", "100"] }.start()
      let words = ["exec", "--user", "1000:7", "--additional-gids", "8", container.id, "sh", "-c", Self.script]
      let outcome = try withGroups(scene.runtime.command(words)).run().checked()
      let groups = (outcome.lines.last ?? "").split(separator: " ").dropFirst().compactMap { Int($0) }
      #expect(Set(groups).isSubset(of: [7, 8]) && groups.contains(8), "\(outcome)")
      try container.remove()
    }
  }

  // Red when the primary group is no member of the supplementary ones: a set-group-id program then sheds it.
  @Test("a file that denies a group is denied to each of its members", .needs(.apus, .compiler))
  func denyingGroup() throws {
    try onScene { scene in
      for (gid, additional) in [(2000, []), (1000, [2000])] as [(Int, JSON)] {
        let bundle = try scene.bundle {
          $0.process.user = ["uid": 1000, "gid": .integer(gid), "additionalGids": additional]
          $0.process.noNewPrivileges = false
          $0.process.args = ["sh", "-c", "cat /denied; /shed read /denied; cat /open; /shed read /open"]
        }
        try bundle.write("denied", "secret\n", mode: 0o604)
        try bundle.write("open", "open\n", mode: 0o604)
        try Descriptor.workingDirectory.changeOwner(bundle.rootfs + "/denied", uid: 0, gid: 2000)
        // A set-group-id program takes away the primary group as the effective one; busybox would give that up at once.
        try bundle.addProbe()
        try FileManager.default.moveItem(atPath: bundle.rootfs + "/probe", toPath: bundle.rootfs + "/shed")
        try Descriptor.workingDirectory.changeOwner(bundle.rootfs + "/shed", uid: 0, gid: 3000)
        try Descriptor.workingDirectory.changeMode(of: bundle.rootfs + "/shed", 0o2755)
        let outcome = try scene.container(bundle).run()
        #expect(outcome.output == "open\nopen\n", "gid \(gid): \(outcome)")
      }
    }
  }
}
