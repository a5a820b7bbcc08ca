// JSON values that a test can edit in place.

import Foundation

/// A JSON value. `config.process.args = ["true"]` edits an object; what is absent reads as `null`.
@dynamicMemberLookup
enum JSON: Equatable, Sendable {
  case null
  case bool(Bool)
  case integer(Int)
  case double(Double)
  case string(String)
  case array([JSON])
  case object([String: JSON])

  /// Parses a document.
  init(text: String) throws {
    self = try JSONDecoder().decode(JSON.self, from: Data(text.utf8))
  }

  subscript(dynamicMember name: String) -> JSON {
    get { self[name] }
    set { self[name] = newValue }
  }

  /// A member of an object. Writing to a value of another kind makes it an object.
  subscript(_ name: String) -> JSON {
    get { object[name] ?? .null }
    set {
      var members = object
      members[name] = newValue == .null ? nil : newValue
      self = .object(members)
    }
  }

  /// An element of an array that is there.
  subscript(_ index: Int) -> JSON {
    get { array.indices.contains(index) ? array[index] : .null }
    set {
      var elements = array
      elements[index] = newValue
      self = .array(elements)
    }
  }

  var object: [String: JSON] {
    if case .object(let members) = self { members } else { [:] }
  }
  var array: [JSON] {
    get { if case .array(let elements) = self { elements } else { [] } }
    set { self = .array(newValue) }
  }
  var string: String? {
    if case .string(let text) = self { text } else { nil }
  }
  var integer: Int? {
    if case .integer(let number) = self { number } else { nil }
  }

  /// The document as text, with sorted keys.
  var text: String {
    switch self {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .integer(let value): "\(value)"
    case .double(let value): "\(value)"
    case .string(let value): JSON.quoted(value)
    case .array(let elements): "[" + elements.map(\.text).joined(separator: ",") + "]"
    case .object(let members):
      "{" + members.sorted { $0.key < $1.key }.map { JSON.quoted($0) + ":" + $1.text }.joined(separator: ",") + "}"
    }
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case _ where scalar.value < 0x20:
        result += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

extension JSON: Decodable {
  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .null
    } else if let bool = try? value.decode(Bool.self) {
      self = .bool(bool)
    } else if let integer = try? value.decode(Int.self) {
      self = .integer(integer)
    } else if let double = try? value.decode(Double.self) {
      self = .double(double)
    } else if let string = try? value.decode(String.self) {
      self = .string(string)
    } else if let array = try? value.decode([JSON].self) {
      self = .array(array)
    } else {
      self = .object(try value.decode([String: JSON].self))
    }
  }
}

extension JSON: ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral {
  init(stringLiteral value: String) { self = .string(value) }
  init(integerLiteral value: Int) { self = .integer(value) }
  init(floatLiteral value: Double) { self = .double(value) }
}

extension JSON: ExpressibleByBooleanLiteral {
  init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension JSON: ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral {
  init(arrayLiteral elements: JSON...) { self = .array(elements) }
  init(dictionaryLiteral members: (String, JSON)...) {
    self = .object(Dictionary(members) { _, last in last })
  }
  init(nilLiteral: ()) { self = .null }
  init(_ strings: [String]) { self = .array(strings.map(JSON.string)) }
}
