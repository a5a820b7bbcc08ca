// Names of containers, ids of users, lists of numbers.

import Foundation
import OCI
import Testing

@Suite("Identity")
struct IdentityTests {
  @Test(
    "a container ID of letters, digits and _+-. is accepted",
    arguments: ["a", "0", "_", "+", "-", "...", ".a", "a.b_C+d-9", String(repeating: "x", count: 1024)])
  func goodContainerIDs(text: String) throws {
    #expect(try ContainerID(text).text == text)
  }

  @Test(
    "any other container ID is refused",
    arguments: [
      ".", "..", "a/b", "../a", "/", "a b", "a\n", "a\u{0}", "ä", "a\u{301}", "@locks", "a:b", "a,b", "~", "*",
      String(repeating: "x", count: 1025), "{", "[", "`", "^",
    ])
  func badContainerIDs(text: String) {
    #expect(refusal { () throws(SpecError) in try ContainerID(text) } == "invalid container ID format")
  }

  @Test("an empty container ID has a message of its own")
  func emptyContainerID() {
    #expect(refusal { () throws(SpecError) in try ContainerID("") } == "container ID cannot be empty")
  }

  @Test(
    "a user is UID[:GID]",
    arguments: [
      ("0", 0, nil), ("1000", 1000, nil), ("0:0", 0, 0), ("1:2", 1, 2), ("4294967294:4294967294", .max - 1, .max - 1),
      ("007", 7, nil),
    ] as [(String, UInt32, UInt32?)])
  func goodUsers(text: String, uid: UInt32, gid: UInt32?) throws {
    let ids = try UserIDs(text)
    #expect(ids.uid == uid && ids.gid == gid)
  }

  @Test(
    "any other user is refused",
    arguments: [
      "", ":", "1:", ":1", "1:2:3", "-1", "+1", " 1", "1 ", "1\n", "0x1", "1e3", "1.0", "root", "root:0", "0:root",
      "4294967295", "4294967296", "18446744073709551616", "0:4294967295", "99999999999999999999999", "１", "1\u{0}",
      "000000000000000000000",
    ])
  func badUsers(text: String) {
    #expect(refusal { () throws(SpecError) in try UserIDs(text) } != nil)
  }

  @Test("a refused user is named in the message")
  func userMessage() {
    #expect(
      refusal { () throws(SpecError) in try UserIDs("1:x\n") }
        == #"invalid user "1:x\n": the group id is no number from 0 to 4294967294"#)
  }

  /// A9: a text of digits becomes exactly its number or nothing, and never 0 unless it is 0.
  @Test("200000 random texts become their own number or nothing", arguments: 0..<4)
  func randomUsers(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let signs = Array("0123456789999:-+ x\u{0}".unicodeScalars)
    for _ in 0..<50_000 {
      var text = ""
      for _ in 0..<Int.random(in: 0...12, using: &random) {
        text.unicodeScalars.append(signs.randomElement(using: &random) ?? "0")
      }
      let parts = text.components(separatedBy: ":")
      let expected = parts.map { part -> UInt32? in
        guard part.unicodeScalars.allSatisfy({ $0 >= "0" && $0 <= "9" }) else { return nil }
        return UInt32(part).flatMap { $0 == .max ? nil : $0 }
      }
      let isGood = expected.count <= 2 && expected.allSatisfy { $0 != nil }
      let found = try? UserIDs(text)
      try #require((found != nil) == isGood, "seed \(seed): \(text)")
      if let found { try #require(found.uid == expected[0] && found.gid == expected.dropFirst().first ?? nil) }
    }
  }

  @Test(
    "a list of numbers is read as runc reads it",
    arguments: [
      ("", []), ("0", [0...0]), ("0-3,7", [0...3, 7...7]), (" 1 - 2", nil), (" 1-2 ,, 5,", [1...2, 5...5]),
      ("65536", [65536...65536]), ("65537", nil), ("3-1", nil), ("1-2-3", nil), ("a", nil), ("-1", nil), ("1-", nil),
      (",", nil), (" ", nil), ("0x1", nil),
    ] as [(String, [ClosedRange<UInt32>]?)])
  func numberLists(text: String, ranges: [ClosedRange<UInt32>]?) {
    #expect((try? NumberList(text))?.ranges == ranges)
  }

  @Test("numbers that are given twice count once")
  func numberListCount() throws {
    #expect(try NumberList("0-3,2-5,5").count == 6)
  }
}
