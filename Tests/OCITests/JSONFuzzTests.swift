// Random changes of a whole config.json: reading ends, quickly, in a value or in an error.

import OCI
import Testing

@Suite("JSON fuzzing")
struct JSONFuzzTests {
  @Test("4000 changed configurations end in a value that survives writing, or in an error", arguments: 0..<4)
  func changedConfigurations(seed: UInt64) throws {
    var generator = DocumentGenerator(seed: 77 + seed)
    let original = FullSpec.value.encoded(seed % 2 == 0 ? .compact : .tabs)
    let clock = ContinuousClock()
    var slowest = Duration.zero
    var accepted = 0
    for _ in 0..<1000 {
      let bytes = generator.broken(original)
      slowest = max(slowest, clock.measure { accepted += Self.reads(bytes) ? 1 : 0 })
    }
    #expect(slowest < .seconds(1))
    #expect((100..<1000).contains(accepted))
  }

  private static func reads(_ bytes: [UInt8]) -> Bool {
    do throws(SpecError) {
      let spec = try Spec.decode(bytes)
      _ = try? spec.validate([.cgroupV2, .systemdCgroup])
      let again = try Spec.decode(spec.encoded())
      #expect(again == spec)
      return true
    } catch {
      #expect(!error.reason.isEmpty && error.line > 0)
      return false
    }
  }

  @Test(
    "documents of nothing but one byte are read in time", .timeLimit(.minutes(1)),
    arguments: [UInt8](#"[{",:0-ae \"#.utf8))
  func repeatedBytes(byte: UInt8) {
    let bytes = [UInt8](repeating: byte, count: 1 << 20)
    #expect(refusal { () throws(SpecError) in try Spec.decode(bytes) } != nil)
  }
}
