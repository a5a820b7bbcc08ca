// The JSON reader beside Foundation's.

import Foundation
import Testing

@testable import OCI

@Suite("JSON reader")
struct JSONReaderTests {
  /// Our reading of a document as Foundation's types: numbers as texts, as both keep them differently.
  static func ours(_ bytes: [UInt8]) throws(SpecError) -> Any {
    value(0, of: try JSONParser.parse(bytes))
  }

  private static func value(_ node: Int, of document: JSONDocument) -> Any {
    let place = document.nodes[node]
    switch place.kind {
    case .null: return NSNull()
    case .yes: return true
    case .no: return false
    case .integer, .real:
      return Double(String(decoding: document.bytes[Int(place.start)..<Int(place.end)], as: UTF8.self)) ?? .nan
    case .string, .escapedString, .stringWithNUL: return document.string(node)
    case .list:
      var list: [Any] = []
      var element = node + 1
      while element < document.following(node) {
        list.append(value(element, of: document))
        element = document.following(element)
      }
      return list
    case .object:
      var object: [String: Any] = [:]
      var key = node + 1
      while key < document.following(node) {
        object[document.string(key)] = value(key + 1, of: document)
        key = document.following(key + 1)
      }
      return object
    }
  }

  static func foundations(_ bytes: [UInt8]) -> Any? {
    try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
  }

  /// Foundation keeps numbers to about 17 digits of its own choice: how exact ours are is tested with integer fields.
  private static func isSame(_ one: Any, _ other: Any) -> Bool {
    switch (one, other) {
    case (let one as [Any], let other as [Any]):
      return one.count == other.count && zip(one, other).allSatisfy { isSame($0, $1) }
    case (let one as [String: Any], let other as [String: Any]):
      return one.count == other.count
        && one.allSatisfy { key, value in other[key].map { isSame(value, $0) } ?? false }
    case (let one as String, let other as String): return Array(one.utf8) == Array(other.utf8)
    case (let one as Bool, let other as Bool): return one == other
    case (let one as Double, let other as NSNumber):
      return abs(one - other.doubleValue) <= abs(one) * 1e-12
    default: return one is NSNull && other is NSNull
    }
  }

  /// Whether a document names a field twice or holds a number beyond Double: readers differ on both.
  private static func isDisputed(_ bytes: [UInt8]) -> Bool {
    guard let document = try? JSONParser.parse(bytes) else { return false }
    for (node, place) in document.nodes.enumerated() {
      if place.kind == .real || place.kind == .integer, let number = value(node, of: document) as? Double {
        if !number.isFinite { return true }
      }
      guard place.kind == .object else { continue }
      var names: Set<String> = []
      var key = node + 1
      while key < document.following(node) {
        guard names.insert(document.string(key)).inserted else { return true }
        key = document.following(key + 1)
      }
    }
    return false
  }

  @Test("600 generated documents read as Foundation reads them", arguments: 0..<6)
  func validDocuments(round: UInt64) throws {
    var generator = DocumentGenerator(seed: round)
    for number in 0..<100 {
      let text = generator.document()
      let expected = try #require(Self.foundations([UInt8](text.utf8)), "seed \(round), document \(number): \(text)")
      let found = try Self.ours([UInt8](text.utf8))
      #expect(Self.isSame(found, expected), "seed \(round), document \(number): \(text)")
    }
  }

  /// Foundation accepts some of what we refuse: half surrogates, other encodings than UTF-8, and a comma before `]`.
  @Test("3000 broken documents are refused when Foundation refuses them, and else read the same", arguments: 0..<6)
  func brokenDocuments(round: UInt64) {
    var generator = DocumentGenerator(seed: 1000 + round)
    var refused = 0
    for number in 0..<500 {
      let bytes = generator.broken([UInt8](generator.document().utf8))
      let text = String(decoding: bytes, as: UTF8.self)
      let expected = Self.foundations(bytes)
      do {
        let found = try Self.ours(bytes)
        if Self.isDisputed(bytes) { continue }
        guard let expected else {
          Issue.record("seed \(round), document \(number) is accepted: \(text)")
          continue
        }
        #expect(Self.isSame(found, expected), "seed \(round), document \(number): \(text)")
      } catch {
        refused += 1
        let reasons = ["surrogate", "UTF-8", "expected a value, found ]"]
        let isStricter = bytes.contains(0) || reasons.contains { error.reason.contains($0) }
        #expect(expected == nil || isStricter, "seed \(round), document \(number): \(error.message): \(text)")
      }
    }
    #expect((50..<500).contains(refused))
  }

  @Test("every escape is resolved")
  func escapes() throws {
    let text = #""\"\\\/\b\f\n\r\t\u0041\u00e9\u20AC\ud83d\ude00\u0000""#
    let found = try Self.ours([UInt8](text.utf8)) as? String
    #expect(found == "\"\\/\u{8}\u{c}\n\r\tA\u{e9}\u{20ac}\u{1f600}\0")
  }
}
