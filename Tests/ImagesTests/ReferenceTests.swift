// References and digests as people write them.

import Images
import Testing

@Suite("References")
struct ReferenceTests {
  static let hex = String(repeating: "0123456789abcdef", count: 4)

  @Test(
    "a complete name gets its one form",
    arguments: [
      ("docker.io/library/debian", "docker.io/library/debian:latest"),
      ("docker.io/debian", "docker.io/library/debian:latest"),
      ("index.docker.io/debian:12", "docker.io/library/debian:12"),
      ("quay.io/a/b/c:v1.2-3_4", "quay.io/a/b/c:v1.2-3_4"),
      ("localhost/a", "localhost/a:latest"),
      ("localhost:5000/a", "localhost:5000/a:latest"),
      ("Host/a", "Host/a:latest"),
      ("[::1]:5000/a:b", "[::1]:5000/a:b"),
      ("127.0.0.1:5000/a__b/c-.d", nil),
      ("127.0.0.1:5000/a__b/c---d", "127.0.0.1:5000/a__b/c---d:latest"),
      ("r.io/a@sha256:\(hex)", "r.io/a@sha256:\(hex)"),
      ("r.io/a:t@sha256:\(hex)", "r.io/a:t@sha256:\(hex)"),
    ] as [(String, String?)])
  func oneForm(text: String, whole: String?) throws {
    guard let whole else { return expectRefusal(.invalidInput) { _ = try Reference(text) } }
    let reference = try Reference(text)
    #expect(reference.description == whole)
    #expect(try Reference(reference.description) == reference)
  }

  @Test("a short name is refused with the name to write")
  func shortName() {
    expectRefusal(.invalidInput, "'docker.io/library/debian:12'") { _ = try Reference("debian:12") }
    expectRefusal(.invalidInput, "'docker.io/user/image'") { _ = try Reference("user/image") }
  }

  @Test(
    "what is no reference is refused",
    arguments: [
      "", " ", "r.io/", "/a", "r.io//a", "r.io/A", "r.io/a:", "r.io/a:-x", "r.io/a@", "r.io/a@sha256:12", "r.io:/a",
      "r.io:99999/a", "-r.io/a", "r..io/a", "r.io/a/../b", "r.io/.", "r.io/a_", "r.io/a___b", "r.io/a..b", "r.io/a b",
      "r.io/a\n", "r.io/a@sha256:\(hex.uppercased())", "r.io/a@md5:\(hex.prefix(32))", "[::1/a", "[::1]5000/a", hex,
      "r.io/" + String(repeating: "a", count: 251), "r.io/a:" + String(repeating: "t", count: 129), "https://r.io/a",
    ])
  func refused(text: String) {
    expectRefusal(.invalidInput) { _ = try Reference(text) }
  }

  @Test("a digest says what is fetched, a tag what people see")
  func target() throws {
    let both = try Reference("r.io/a:t@sha256:\(Self.hex)")
    #expect(both.target == "sha256:\(Self.hex)")
    #expect(both.tagged?.description == "r.io/a:t")
    #expect(try Reference("r.io/a:t").pinned(to: Digest("sha256:\(Self.hex)")).tag == nil)
  }

  @Test("a digest has exactly its form")
  func digestForm() throws {
    let digest = try Digest("sha256:\(Self.hex)")
    #expect(digest.description == "sha256:\(Self.hex)")
    #expect(digest.short == "0123456789ab")
    #expect(try Digest("sha512:\(Self.hex)\(Self.hex)").algorithm == .sha512)
    for text in [
      "sha256:", "sha256", Self.hex, "sha256:\(Self.hex)0", "sha256:../../etc/passwd", "SHA256:\(Self.hex)",
      "sha512:\(Self.hex)", "sha256:\(Self.hex)\0", "sha384:\(Self.hex)", "sha256:\(Self.hex.dropLast())g",
    ] {
      expectRefusal(.invalidInput) { _ = try Digest(text) }
    }
  }

  @Test("strange bytes of a name never reach the terminal")
  func visibleMessage() {
    expectRefusal(.invalidInput, "'r.io/?[2Ja'") { _ = try Reference("r.io/\u{1b}[2Ja") }
  }
}
