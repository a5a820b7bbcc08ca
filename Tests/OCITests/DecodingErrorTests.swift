// What is said about a config.json that cannot be read.

import OCI
import Testing

@Suite("Errors of config.json")
struct DecodingErrorTests {
  @Test(
    "an error names path, reason, line and column",
    arguments: [
      (
        "{\"linux\": {\"resources\":\n  {\"memory\": {\"limit\": \"1g\"}}}}",
        #"linux.resources.memory.limit: expected an integer, found "1g" (line 2, column 24)"#
      ),
      (#"{"mounts": [{}, {"options": [1]}]}"#, "mounts[1].options[0]: expected a string, found 1 (line 1, column 30)"),
      (#"{"process": []}"#, "process: expected an object, found a list (line 1, column 13)"),
      (#"{"mounts": {}}"#, "mounts: expected a list, found an object (line 1, column 12)"),
      (#"{"mounts": [null]}"#, "mounts[0]: expected an object, found null (line 1, column 13)"),
      (#"{"process": {"terminal": 1}}"#, "process.terminal: expected true or false, found 1 (line 1, column 26)"),
      (#"{"annotations": {"a b": 1}}"#, #"annotations."a b": expected a string, found 1 (line 1, column 25)"#),
      ("null", "expected an object, found null (line 1, column 1)"),
      ("[]", "expected an object, found a list (line 1, column 1)"),
      (
        #"{"hostname": "a\u0000b"}"#, #"hostname: holds a NUL byte (line 1, column 14)"#
      ),
      (
        "{\"annotations\": {\"é\": \"ü\",\n\"ж\": 5}}",
        "annotations.\"ж\": expected a string, found 5 (line 2, column 6)"
      ),
      (
        #"{"linux": {"uidMappings": [{"containerID": 0, "size": 1}]}}"#,
        "linux.uidMappings[0].hostID: is missing (line 1, column 28)"
      ),
      (#"{"hostname": {"a": 1}}"#, "hostname: expected a string, found an object (line 1, column 14)"),
    ])
  func errorsNameTheirPlace(text: String, message: String) {
    #expect(refusal(of: text) == message)
  }

  @Test(
    "broken JSON is refused at its place",
    arguments: [
      ("", "invalid JSON: expected a value, found the end of the document (line 1, column 1)"),
      (" \n ", "invalid JSON: expected a value, found the end of the document (line 2, column 2)"),
      ("{", "invalid JSON: expected the name of a field, found the end of the document (line 1, column 2)"),
      ("{}x", "invalid JSON: there is more text after the document (line 1, column 3)"),
      (#"{"a": 1,}"#, "a: invalid JSON: expected the name of a field, found } (line 1, column 9)"),
      (#"{"a": [1,]}"#, "a[0]: invalid JSON: expected a value, found ] (line 1, column 10)"),
      (#"{"a" 1}"#, "a: invalid JSON: expected ':', found 1 (line 1, column 6)"),
      (#"{"a": {"b": tru}}"#, "a.b: invalid JSON: expected true, found } (line 1, column 16)"),
      (#"{"a": 01}"#, "a: invalid JSON: expected ',' or '}', found 1 (line 1, column 8)"),
      (#"{"a": 1.}"#, "a: invalid JSON: expected a digit, found } (line 1, column 9)"),
      (#"{"a": -}"#, "a: invalid JSON: expected a digit, found } (line 1, column 8)"),
      (#"{"a": +1}"#, "a: invalid JSON: expected a value, found + (line 1, column 7)"),
      (#"{'a': 1}"#, "invalid JSON: expected the name of a field, found ' (line 1, column 2)"),
      ("{\"a\": \"x\ty\"}", "a: invalid JSON: a control character inside a string (line 1, column 9)"),
      (#"{"a": "\x"}"#, "a: invalid JSON: expected an escape, found x (line 1, column 9)"),
      (#"{"a": "\u12g4"}"#, "a: invalid JSON: expected a hexadecimal digit, found g (line 1, column 12)"),
      (#"{"a": "\ud800"}"#, "a: invalid JSON: half of a surrogate pair (line 1, column 14)"),
      (#"{"a": "\udc00"}"#, "a: invalid JSON: half of a surrogate pair (line 1, column 14)"),
      (#"{"a": "\ud800\u0041"}"#, "a: invalid JSON: half of a surrogate pair (line 1, column 20)"),
      (#"{"a": "b"#, "a: invalid JSON: the document ends inside a string (line 1, column 9)"),
      ("\u{feff}{}", "invalid JSON: expected a value, found another character (line 1, column 1)"),
    ])
  func brokenDocumentsAreRefused(text: String, message: String) {
    #expect(refusal(of: text) == message)
  }

  @Test(
    "a number that is no integer of the field's range is refused",
    arguments: [
      ("1.0", "expected an integer, found 1.0"), ("1e3", "expected an integer, found 1e3"),
      ("-1", "expected a number from 0 to 4294967295, found -1"),
      ("-0", "expected a number from 0 to 4294967295, found -0"),
      ("4294967296", "expected a number from 0 to 4294967295, found 4294967296"),
      ("99999999999999999999999999", "expected a number from 0 to 4294967295, found 99999999999999999999999999"),
      ("\"1\"", "expected an integer, found \"1\""), ("true", "expected an integer, found true"),
    ])
  func numbersAreChecked(number: String, message: String) {
    let place = "process.user.uid: \(message) (line 1, column 30)"
    #expect(refusal(of: #"{"process": {"user": {"uid": "# + number + "}}}") == place)
  }

  @Test("a number just beyond 64 bits is refused", arguments: ["18446744073709551616", "-9223372036854775809"])
  func numbersBeyond64Bits(number: String) {
    #expect(refusal(of: #"{"linux": {"resources": {"memory": {"limit": "# + number + "}}}}") != nil)
    #expect(refusal(of: #"{"linux": {"resources": {"cpu": {"shares": "# + number + "}}}}") != nil)
  }

  @Test(
    "bytes that are not strict UTF-8 are refused",
    arguments: [
      [0x80], [0xc0, 0x80], [0xc1, 0xbf], [0xe0, 0x80, 0x80], [0xe0, 0x9f, 0xbf], [0xed, 0xa0, 0x80],
      [0xf0, 0x80, 0x80, 0x80], [0xf0, 0x8f, 0xbf, 0xbf], [0xf4, 0x90, 0x80, 0x80], [0xf5, 0x80, 0x80, 0x80],
      [0xff], [0xc3], [0xe2, 0x82], [0xf0, 0x9f, 0x98], [0xc3, 0x28],
    ] as [[UInt8]])
  func brokenUTF8IsRefused(bytes: [UInt8]) {
    let document = [UInt8](#"{"hostname": ""#.utf8) + bytes + [UInt8](#""}"#.utf8)
    let said = refusal { () throws(SpecError) in try Spec.decode(document) }
    #expect(said == "hostname: invalid JSON: bytes that are not UTF-8 (line 1, column 15)")
  }

  @Test("64 levels are read, 65 are refused")
  func depthIsLimited() throws {
    func nested(_ levels: Int) -> String {
      #"{"x": "# + String(repeating: "[", count: levels - 1) + String(repeating: "]", count: levels - 1) + "}"
    }
    #expect(refusal(of: nested(64)) == nil)
    #expect(refusal(of: nested(65))?.contains("nested deeper than 64 levels") == true)
    #expect(refusal(of: String(repeating: "[", count: 1 << 20))?.contains("nested deeper than 64 levels") == true)
  }

  @Test("16 MiB are read, a byte more is refused")
  func sizeIsLimited() throws {
    var bytes = [UInt8](repeating: 0x20, count: 16 << 20)
    bytes.replaceSubrange(0..<2, with: [UInt8]("{}".utf8))
    let full = bytes
    #expect(try Spec.decode(full) == Spec())
    bytes.append(0x20)
    let tooLarge = bytes
    #expect(refusal { () throws(SpecError) in try Spec.decode(tooLarge) } == "the document is larger than 16 MiB")
  }

  @Test(
    "a name outside of its set is refused",
    arguments: [
      (#"{"linux": {"namespaces": [{"type": "netz"}]}}"#, #"namespace "netz" does not exist"#),
      (#"{"linux": {"namespaces": [{}]}}"#, "linux.namespaces[0].type: is missing"),
      (#"{"process": {"rlimits": [{"type": "RLIMIT_X", "soft": 1, "hard": 1}]}}"#, #"wrong rlimit value: "RLIMIT_X""#),
      (#"{"linux": {"rootfsPropagation": "x"}}"#, #"rootfsPropagation="x" is not supported"#),
      (#"{"linux": {"devices": [{"path": "/a", "type": "x"}]}}"#, #"invalid device type "x""#),
      (#"{"linux": {"resources": {"devices": [{"type": "p"}]}}}"#, #"invalid cgroup device type "p""#),
      (
        #"{"linux": {"resources": {"devices": [{"access": "rwx"}]}}}"#,
        #"linux.resources.devices[0].access: expected letters of rwm, found "rwx""#
      ),
      (#"{"linux": {"seccomp": {"defaultAction": "ALLOW"}}}"#, #"string "ALLOW" is not a valid action for seccomp"#),
      (#"{"linux": {"seccomp": {"architectures": ["x"]}}}"#, #"string "x" is not a valid arch for seccomp"#),
      (#"{"process": {"scheduler": {"policy": "x"}}}"#, #"invalid scheduler policy: "x""#),
      (#"{"process": {"ioPriority": {"class": "x", "priority": 1}}}"#, #"invalid ioPriority.Class: "x""#),
      (#"{"linux": {"memoryPolicy": {"mode": "x"}}}"#, #"invalid memory policy mode "x""#),
      (#"{"linux": {"memoryPolicy": {"mode": "MPOL_BIND", "flags": ["x"]}}}"#, #"invalid memory policy flag "x""#),
      (#"{"linux": {"personality": {"domain": "x"}}}"#, #"invalid personality domain "x""#),
    ])
  func namesAreChecked(text: String, message: String) throws {
    #expect(try #require(refusal(of: text)).contains(message))
  }
}
