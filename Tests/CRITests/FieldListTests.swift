// The list of fields that nothing reads, held against the protocol and the code.

import Foundation
import Testing

@Suite("Fields of the protocol")
struct FieldListTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  /// The fields of each message, from the .proto.
  private static func fields() throws -> [String: Set<String>] {
    var fields: [String: Set<String>] = [:]
    var message = ""
    for line in try text("Sources/CRI/Protocol/runtime.proto").split(separator: "\n") {
      if let match = line.firstMatch(of: /^message (\w+)\s/) { message = String(match.1) }
      if let match = line.firstMatch(of: /^  (?:repeated )?[\w.<>,]+ (\w+) = \d+/) {
        fields[message, default: []].insert(String(match.1))
      }
      if !message.isEmpty { fields[message, default: []].formUnion([]) }
    }
    return fields
  }

  /// What the list names: message and field, or `*`.
  private static func listed() throws -> [(message: String, field: String)] {
    try text("conformance/CRI-FIELDS.md").matches(of: /(?m)^- `(\w+)\.(\w+|\*)`: \S/).map {
      (String($0.1), String($0.2))
    }
  }

  /// Every name behind a dot in the code.
  private static func usedNames() throws -> Set<String> {
    let folder = root.appending(path: "Sources/CRI")
    let walk = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    var names: Set<String> = []
    while let url = walk?.nextObject() as? URL {
      guard url.pathExtension == "swift", !url.path().contains("/Protocol/") else { continue }
      for match in try String(contentsOf: url, encoding: .utf8).matches(of: /\.`?(\w+)/) {
        names.insert(String(match.1))
      }
    }
    return names
  }

  /// As the generator of the Swift code names a field.
  private static func property(_ field: String) -> String {
    let parts = field.split(separator: "_").map(String.init)
    return parts.enumerated().map { index, part in
      if index == 0 {
        return part == part.uppercased() ? part.lowercased() : part.prefix(1).lowercased() + part.dropFirst()
      }
      return ["id", "url"].contains(part) ? part.uppercased() : part.prefix(1).uppercased() + part.dropFirst()
    }.joined()
  }

  @Test("a field is used or listed with its reason")
  func everyFieldHasItsPlace() throws {
    let listed = Set(try Self.listed().map { "\($0.message).\($0.field)" })
    let used = try Self.usedNames()
    let missing = try Self.fields().flatMap { message, fields in
      fields.filter { field in
        !used.contains(Self.property(field)) && !listed.contains("\(message).\(field)")
          && !listed.contains("\(message).*")
      }.map { "\(message).\($0)" }
    }
    #expect(missing.isEmpty, "\(missing.sorted().joined(separator: "\n"))")
  }

  /// All code but that which was generated, and the calls that are refused.
  private static func code() throws -> String {
    let folder = root.appending(path: "Sources/CRI")
    let walk = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    var text = ""
    while let url = walk?.nextObject() as? URL {
      guard url.pathExtension == "swift", !url.path().contains("/Protocol/"),
        url.lastPathComponent != "Unimplemented.swift"
      else { continue }
      text += try String(contentsOf: url, encoding: .utf8)
    }
    return text
  }

  @Test("what is used is not listed")
  func everyLineIsNeeded() throws {
    let (fields, code, used) = (try Self.fields(), try Self.code(), try Self.usedNames())
    var messages: [String: Int] = [:]
    for names in fields.values { for name in names { messages[name, default: 0] += 1 } }
    let needless = try Self.listed().filter { line in
      if line.field == "*" { return code.contains("Runtime_V1_\(line.message)(") }
      // Of names that several messages have it is not known whose is used.
      return messages[line.field] == 1 && used.contains(Self.property(line.field))
    }
    #expect(needless.isEmpty, "\(needless)")
  }

  @Test("what is listed is there")
  func everyLineIsTrue() throws {
    let fields = try Self.fields()
    let wrong = try Self.listed().filter { line in
      line.field == "*" ? fields[line.message] == nil : fields[line.message]?.contains(line.field) != true
    }
    #expect(wrong.isEmpty, "\(wrong)")
    #expect(try Self.listed().count > 20)
  }

  /// The table that the .proto was made from, and the .proto, say the same.
  @Test("the protocol has the fields of its table, by name and number")
  func protocolIsTheTable() throws {
    let proto = try Self.text("Sources/CRI/Protocol/runtime.proto")
    var calls = 0
    for line in try Self.text("conformance/cri-v1-fields.tsv").split(separator: "\n").dropFirst() {
      let columns = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      switch columns[0] {
      case "rpc":
        calls += 1
        #expect(proto.contains("rpc \(columns[3])(\(columns[4])) returns ("), "\(line)")
      case "field": #expect(proto.contains("\(columns[4]) \(columns[3]) = \(columns[2])"), "\(line)")
      default: break
      }
    }
    #expect(calls == 43)
  }
}
