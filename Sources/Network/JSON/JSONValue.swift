// A JSON document as a value that keeps what it does not know.

/// A JSON value. Members keep their order, and numbers their digits: what a configuration says reaches its plugin as it
/// was written, whatever it means.
public enum JSONValue: Equatable, Sendable {
  case null
  case boolean(Bool)
  /// The text of the number.
  case number(String)
  case string(String)
  case list([JSONValue])
  case object([Member])

  public struct Member: Equatable, Sendable {
    public var name: String
    public var value: JSONValue

    public init(_ name: String, _ value: JSONValue) {
      self.name = name
      self.value = value
    }
  }

  public static func integer(_ value: Int) -> JSONValue { .number(String(value)) }

  public static func strings(_ list: [String]) -> JSONValue { .list(list.map { .string($0) }) }
}

extension JSONValue {
  /// The last member of that name, as Go has it; setting nil takes every one out.
  public subscript(name: String) -> JSONValue? {
    get {
      guard case .object(let members) = self else { return nil }
      return members.last { $0.name == name }?.value
    }
    set {
      guard case .object(var members) = self else { return }
      let first = members.firstIndex { $0.name == name }
      if let value = newValue, let first {
        members[first].value = value
        let rest = members[(first + 1)...].filter { $0.name != name }
        members.replaceSubrange((first + 1)..., with: rest)
      } else if let value = newValue {
        members.append(Member(name, value))
      } else {
        members.removeAll { $0.name == name }
      }
      self = .object(members)
    }
  }

  public var text: String? {
    if case .string(let text) = self { return text }
    return nil
  }

  public var integer: Int? {
    if case .number(let digits) = self { return Int(digits) }
    return nil
  }

  public var boolean: Bool? {
    if case .boolean(let value) = self { return value }
    return nil
  }

  public var list: [JSONValue]? {
    if case .list(let values) = self { return values }
    return nil
  }

  public var members: [Member]? {
    if case .object(let members) = self { return members }
    return nil
  }

  /// What it is, for messages.
  var kindName: String {
    switch self {
    case .null: "null"
    case .boolean: "true or false"
    case .number(let digits): "the number \(digits.prefix(30))"
    case .string: "a string"
    case .list: "a list"
    case .object: "an object"
    }
  }
}

extension JSONValue: ExpressibleByDictionaryLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral
{
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(elements.map { Member($0.0, $0.1) })
  }
  public init(stringLiteral value: String) { self = .string(value) }
  public init(arrayLiteral elements: JSONValue...) { self = .list(elements) }
  public init(booleanLiteral value: Bool) { self = .boolean(value) }
  public init(integerLiteral value: Int) { self = .integer(value) }
}
