// The JSON writer, held against what Go's encoder writes.

import OCI
import Testing

@Suite("JSON writer")
struct JSONWriterTests {
  static func written(_ layout: JSONLayout = .compact, _ body: (inout JSONWriter) -> Void) -> String {
    var writer = JSONWriter(layout)
    body(&writer)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  @Test(
    "strings are escaped as Go escapes them",
    arguments: [
      ("", #""""#), ("a\"b\\c/d", #""a\"b\\c/d""#), ("\u{8}\u{c}\n\r\t", #""\b\f\n\r\t""#),
      ("\u{0}\u{1}\u{1f}\u{7f}", "\"\\u0000\\u0001\\u001f\u{7f}\""), ("<a>&'", #""\u003ca\u003e\u0026'""#),
      ("\u{2028}x\u{2029}", #""\u2028x\u2029""#),
      ("\u{2027}\u{202a}\u{e9}\u{20ac}\u{1f600}", "\"\u{2027}\u{202a}é€😀\""),
      ("\u{2020}\u{20a8}", "\"\u{2020}\u{20a8}\""),
    ])
  func escaping(text: String, expected: String) {
    #expect(Self.written { $0.string(text) } == expected)
  }

  private static func sample(_ writer: inout JSONWriter) {
    writer.beginObject()
    writer.name("a")
    writer.integer(Int64.min)
    writer.name("b")
    writer.beginList()
    writer.string("x")
    writer.beginObject()
    writer.endObject()
    writer.beginList()
    writer.endList()
    writer.endList()
    writer.name("c")
    writer.beginObject()
    writer.name("d")
    writer.boolean(true)
    writer.name("e")
    writer.literal("null")
    writer.endObject()
    writer.name("f")
    writer.integer(UInt64.max)
    writer.endObject()
  }

  @Test("a compact document is one line")
  func compact() {
    #expect(
      Self.written(.compact, Self.sample)
        == #"{"a":-9223372036854775808,"b":["x",{},[]],"c":{"d":true,"e":null},"f":18446744073709551615}"#)
  }

  @Test(
    "an indented document is what Go's MarshalIndent writes",
    arguments: [(JSONLayout.tabs, "\t"), (.twoSpaces, "  "), (.fourSpaces, "    ")])
  func indented(layout: JSONLayout, indent: String) {
    let lines = [
      "{", "~\"a\": -9223372036854775808,", "~\"b\": [", "~~\"x\",", "~~{},", "~~[]", "~],", "~\"c\": {",
      "~~\"d\": true,", "~~\"e\": null", "~},", "~\"f\": 18446744073709551615", "}",
    ]
    let expected = lines.map { line in
      String(repeating: indent, count: line.prefix { $0 == "~" }.count) + line.drop { $0 == "~" }
    }
    #expect(Self.written(layout, Self.sample) == expected.joined(separator: "\n"))
  }

  @Test("empty fields are left out, required ones never")
  func emptiesAreLeftOut() {
    let spec = Spec(version: "1.0.0", process: OCI.Process(args: ["a"], cwd: "/"), root: Root(path: "r"))
    #expect(
      String(decoding: spec.encoded(), as: UTF8.self)
        == #"{"ociVersion":"1.0.0","process":{"user":{"uid":0,"gid":0},"args":["a"],"cwd":"/"},"root":{"path":"r"}}"#)
  }

  @Test("a list of objects is a document too")
  func lists() {
    let bytes = Namespace.encoded(list: [Namespace(kind: .pid), Namespace(kind: .user, path: "/x")])
    #expect(String(decoding: bytes, as: UTF8.self) == #"[{"type":"pid"},{"type":"user","path":"/x"}]"#)
    #expect(String(decoding: Namespace.encoded(list: []), as: UTF8.self) == "[]")
  }
}
