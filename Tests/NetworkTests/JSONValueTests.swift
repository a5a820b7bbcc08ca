// Documents that pass through untouched.

import ContainerNetwork
import Testing

@Suite("JSON values")
struct JSONValueTests {
  @Test(
    "a document is written as it was read, numbers digit by digit",
    arguments: [
      #"{"a":1e400,"b":-0.10,"c":12345678901234567890123,"d":1.0,"e":[],"f":{},"g":null,"h":[true,false]}"#,
      #"{"z":"\"\\é\u0001","a":{"a":{"a":[1,2,{"b":"c"}]}}}"#, "0", "\"\"",
    ])
  func passesThrough(text: String) throws {
    #expect(String(decoding: try JSONValue(parsing: [UInt8](text.utf8)).bytes, as: UTF8.self) == text)
  }
}
