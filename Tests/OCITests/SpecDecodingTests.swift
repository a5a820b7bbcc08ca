// config.json read into values and written back.

import OCI
import Testing

@Suite("Decoding of config.json")
struct SpecDecodingTests {
  static func spec(_ text: String) throws(SpecError) -> Spec { try Spec.decode([UInt8](text.utf8)) }

  static func refusal(_ text: String) -> String? {
    do {
      _ = try spec(text)
      return nil
    } catch {
      return error.message
    }
  }

  @Test("an absent field has the default of the spec")
  func absentFieldsHaveDefaults() throws {
    let spec = try Self.spec(#"{"ociVersion": "1.0.2", "process": null, "linux": {"resources": {}}}"#)
    #expect(spec == Spec(version: "1.0.2"))
  }

  @Test(
    "an error names path, reason, line and column",
    arguments: [
      (
        "{\"linux\": {\"resources\":\n  {\"memory\": {\"limit\": \"1g\"}}}}",
        #"linux.resources.memory.limit: expected an integer, found "1g" (line 2, column 24)"#
      ),
      (#"{"mounts": [{}, {"options": [1]}]}"#, "mounts[1].options[0]: expected a string, found 1 (line 1, column 30)"),
    ])
  func errorsNameTheirPlace(text: String, message: String) {
    #expect(Self.refusal(text) == message)
  }
}
