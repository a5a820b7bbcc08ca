// Tests that filters answer as libseccomp's do.

import CLibseccomp
import Foundation
import OCI
import Testing

@testable import ContainerRuntime

/// What libseccomp 2.5.4 answers otherwise, and why this project does not, all of it where rules have conditions:
/// - It may test a rule against what an earlier test left in the accumulator: `a1 < 2` and `a1 > 1 << 32` hold for 2
///   then. In large profiles, where tests are shared by calls, a single rule for a call is enough for that.
/// - Where rules begin with the same half of an argument, it puts what follows into one tree for all. A rule then holds
///   for calls that it says nothing about, or is lost, and rules are refused as contradictory that are not.
/// Its answer is then not that of the rules as they stand, which is what decides here.
struct SecurityDifferenceTests {
  /// How points compare.
  struct Tally {
    var points = 0
    /// Programs that neither, or libseccomp alone, makes of a profile.
    var refusals = 0
    /// The known mistakes of libseccomp.
    var mistakes = 0
    /// What must not be.
    var faults: [String] = []
  }

  private func compare(_ profile: RandomProfile) -> Tally {
    var (profile, tally) = (profile, Tally())
    let ours = try? SeccompCompilation.program(profile.rules)
    let theirs = try? LibseccompFilter(profile.rules)
    guard let ours, let theirs else {
      if theirs != nil { tally.faults.append("refused here alone") }
      tally.refusals += 1
      return tally
    }
    lazy var meaning = ProfileMeaning(profile.rules)
    for call in profile.calls() {
      tally.points += 1
      let (here, there) = (run(ours, call), theirs.action(call))
      if here == there { continue }
      if meaning.hasConditions(call) && meaning.allows(here, for: call) {
        tally.mistakes += 1
      } else {
        tally.faults.append("\(call): \(String(here, radix: 16)) here, \(String(there, radix: 16)) there")
      }
    }
    return tally
  }

  /// 50 profiles each; APUS_PROFILES asks for more than 2000.
  private static let blocks = 0..<max(40, (Int(ProcessInfo.processInfo.environment["APUS_PROFILES"] ?? "") ?? 0) / 50)

  @Test("a program does with every call what libseccomp's does, whatever the profile", arguments: blocks)
  func randomProfiles(block: Int) {
    var total = Tally()
    for seed in UInt64(block * 25)..<UInt64(block * 25 + 25) {
      for isMixed in [false, true] {
        let tally = compare(RandomProfile(seed: seed, isMixed: isMixed))
        total.points += tally.points
        total.mistakes += tally.mistakes
        total.refusals += tally.refusals
        #expect(tally.faults.isEmpty, "seed \(seed), mixed: \(isMixed)")
      }
    }
    #expect(total.points > 50_000)
    #expect(total.refusals < 15)
    #expect(total.mistakes * 200 < total.points)
  }

  /// The profile of the measurements, which is Docker's in form, without calls that libseccomp numbers otherwise.
  private func usualProfile() throws -> SeccompRules {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let file = folder.deletingLastPathComponent().appendingPathComponent("bench/seccomp.json")
    let rules = try SeccompRules.decode(try OCI.Seccomp.decode(Array(try Data(contentsOf: file))))
    let known = Set(RandomProfile.names)
    return SeccompRules(
      defaultAction: rules.defaultAction, architectures: rules.architectures,
      calls: rules.calls.filter { known.contains($0.name) })
  }

  @Test("of the usual profile no call has another answer than with libseccomp")
  func usual() throws {
    let tally = compare(RandomProfile(try usualProfile()))
    #expect(tally.faults.isEmpty)
    #expect(tally.mistakes == 0 && tally.refusals == 0 && tally.points > 1500)
  }

  @Test("the table has libseccomp's numbers, but for calls that came after its version 2.5.4")
  func table() {
    let table = SystemCallTable()
    let odd = SystemCallTable.names.filter { name in
      guard let numbers = table.numbers(of: name) else { return true }
      let isNewer = numbers.direct[0] > 450 && numbers.direct[0] < 0xf0000
      return !isNewer && !LibseccompFilter.agrees(on: name)
    }
    #expect(Set(odd).isSubset(of: ["uprobe", "uretprobe"]), "\(odd)")
    for (index, interface) in CallInterface.all.enumerated() {
      let numbers = Set(SystemCallTable.names.compactMap { table.numbers(of: $0)?.direct[index] })
      for number in 0..<UInt32(600) where LibseccompFilter.knows(number | interface.mark, interface.architecture) {
        #expect(numbers.contains(number), "\(number) of \(interface.architecture)")
      }
    }
  }

  @Test("the newest calls have the numbers that all architectures share")
  func newest() throws {
    let table = SystemCallTable()
    let list: [(String, UInt32)] = [
      ("cachestat", 451), ("fchmodat2", 452), ("mseal", 462), ("removexattrat", 466), ("file_setattr", 469),
    ]
    for (name, number) in list {
      let numbers = try #require(table.numbers(of: name))
      for index in CallInterface.all.indices { #expect(numbers.direct[index] == number) }
    }
    for name in ["", "a", "no_such_call", "zz", "rea", "readx", "read=0", "=0", "-", "accept4\n"] {
      #expect(table.numbers(of: name) == nil)
    }
  }
}
