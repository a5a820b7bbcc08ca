// Inputs by chance: reading them ends, soon, in a value that survives writing, or in an error.

import Foundation
import OCI
import Testing

@testable import ContainerRuntime

@Suite("Fuzzing")
struct FuzzTests {
  /// Inputs of each kind and seed. `make fuzz` asks for 62,500, which are a million in all.
  static let runs = Int(ProcessInfo.processInfo.environment["APUS_FUZZ_RUNS"] ?? "") ?? 500

  /// Another set of inputs for another number.
  static let firstSeed = UInt64(ProcessInfo.processInfo.environment["APUS_FUZZ_SEED"] ?? "") ?? 1

  /// Runs `body` with as many numbers by chance, each of them in less than a second.
  private func repeating(_ seed: UInt64, _ body: (inout SeededNumbers) throws -> Void) rethrows {
    var numbers = SeededNumbers(state: (Self.firstSeed << 8) + seed)
    let clock = ContinuousClock()
    for run in 0..<Self.runs {
      let begin = clock.now
      try body(&numbers)
      let time = clock.now - begin
      if time > .seconds(1) { Issue.record("seed \(seed), run \(run): \(time)") }
    }
  }

  @Test("config.json", arguments: 0..<4 as Range<UInt64>)
  func configurations(seed: UInt64) {
    let original = Spec.example(withCgroupNamespace: seed % 2 == 0).encoded(seed < 2 ? .compact : .tabs)
    var accepted = 0
    repeating(seed) { (numbers) in
      let bytes = numbers.changed(original)
      do throws(SpecError) {
        let spec = try Spec.decode(bytes)
        var warnings: [String] = []
        let refusals = spec.refusals([.cgroupV1], &warnings)
        let first = refusal { () throws(SpecError) in try spec.validate([.cgroupV1]) }
        #expect(
          (first == nil) == (refusals.isEmpty && spec.process != nil), "\(String(decoding: bytes, as: UTF8.self))")
        let again = try Spec.decode(spec.encoded())
        #expect(again == spec)
        accepted += 1
      } catch {
        #expect(!error.reason.isEmpty && error.line > 0)
      }
    }
    #expect(accepted > Self.runs / 20 && accepted < Self.runs)
  }

  private func refusal(_ body: () throws(SpecError) -> [String]) -> SpecError? {
    do throws(SpecError) {
      _ = try body()
      return nil
    } catch {
      return error
    }
  }

  @Test("state.json", arguments: 0..<4 as Range<UInt64>)
  func records(seed: UInt64) {
    var record = ContainerRecord()
    record.id = "a"
    (record.pid, record.startTime, record.isCreated) = (4711, 1 << 40, true)
    record.bundle = "/bundle"
    record.unit = "a.scope"
    record.annotations = Annotations([OrderedMap.Entry(key: "a.b", value: "ü")])
    record.cgroup = Cgroup(directories: [
      CgroupDirectory(controllers: ["cpu", "cpuacct"], mountPoint: "/sys/fs/cgroup/cpu", path: "a/b")
    ])
    let original = record.encoded()
    var accepted = 0
    repeating(seed) { (numbers) in
      do throws(SpecError) {
        let changed = try ContainerRecord.decode(numbers.changed(original))
        let again = try ContainerRecord.decode(changed.encoded())
        #expect(again == changed)
        accepted += 1
      } catch {
        #expect(!error.message.isEmpty)
      }
    }
    #expect(accepted > Self.runs / 20 && accepted < Self.runs)
  }

  @Test("packets between the runtime and the container's process", arguments: 0..<4 as Range<UInt64>)
  func packets(seed: UInt64) {
    let report = SetupReport(step: 14, errno: 13, call: "openat2", subject: "/etc/grüße")
    let packets = [
      ChildMessage.cloned(pid: 7).packet, ChildMessage.warning("a text").packet, ChildMessage.failed(report).packet,
      ChildMessage.sourceWanted(index: 3).packet, ParentMessage.hooksDone(pid: 9).packet,
      ParentMessage.sourceRefused("no").packet, ParentMessage.limitsSet.packet,
    ]
    var understood = 0
    repeating(seed) { (numbers) in
      let packet = numbers.changed(packets[Int.random(in: packets.indices, using: &numbers)])
      // What is understood means one thing: its packet is these bytes, but for texts that were no UTF-8.
      if let message = ChildMessage(packet: packet) {
        #expect(ChildMessage(packet: message.packet) == message)
        understood += 1
      }
      if let message = ParentMessage(packet: packet) {
        #expect(ParentMessage(packet: message.packet) == message)
        #expect(ChildMessage(packet: packet) == nil)
        understood += 1
      }
    }
    #expect(understood > 0 && understood < Self.runs)
  }

  @Test("command lines", arguments: 0..<4 as Range<UInt64>)
  func commandLines(seed: UInt64) {
    let commands = CommandName.allCases.map(\.text)
    var flags = globalFlags
    for name in CommandName.allCases {
      flags += (name.isExtra ? CommandGrammar(extra: name) : CommandGrammar(name)).flags
    }
    let words = flags.flatMap { flag in ["--" + flag.text, "-" + (flag.short ?? flag.text), "--" + flag.text + "=1"] }
    let values = ["a", "", "-", "--", "1", "-1", "99999999999999999999", "a=b", "0:0", "ü", "json", "1m30s", "SIGKILL"]
    repeating(seed) { (numbers) in
      var arguments = ["apus"]
      for _ in 0...Int.random(in: 0...6, using: &numbers) {
        let kind = [commands, words, values][Int.random(in: 0..<3, using: &numbers)]
        var word = [UInt8]((kind.randomElement(using: &numbers) ?? "").utf8)
        if numbers.chance(1, in: 4) { word = numbers.changed(word) }
        arguments.append(String(decoding: word, as: UTF8.self))
      }
      let line = CommandLine(arguments)
      switch line.request {
      case .misuse(let misuse): #expect(!misuse.sentence.isEmpty)
      case .extra(let name, let rest):
        let grammar = CommandGrammar(extra: name)
        var scanner = FlagScanner(flags: grammar.flags, placement: grammar.placement, arguments: rest[...])
        guard let scanned = try? scanner.scan() else { return }
        _ = try? EventOptions(id: "a", flags: scanned).milliseconds()
      default: #expect(line.arguments == arguments)
      }
    }
  }
}

extension SeededNumbers {
  /// The bytes after one to three changes.
  mutating func changed(_ original: [UInt8]) -> [UInt8] {
    var bytes = original
    for _ in 0...Int.random(in: 0...2, using: &self) {
      let place = Int.random(in: 0...bytes.count, using: &self)
      let byte =
        chance(1, in: 3)
        ? UInt8.random(in: 0...255, using: &self)
        : [UInt8](#"{}[]",:\0123456789.-+eEutrfalsn= "#.utf8).randomElement(using: &self) ?? 0
      switch Int.random(in: 0..<5, using: &self) {
      case 0: bytes.insert(byte, at: place)
      case 1: if place < bytes.count { bytes.remove(at: place) }
      case 2: if place < bytes.count { bytes[place] = byte }
      case 3: if place < bytes.count { bytes.swapAt(place, Int.random(in: 0..<bytes.count, using: &self)) }
      default: bytes.removeLast(Int.random(in: 0...min(3, bytes.count), using: &self))
      }
    }
    return bytes
  }
}
