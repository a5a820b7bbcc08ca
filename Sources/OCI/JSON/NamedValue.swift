// Values which config.json names by a fixed set of words.

/// A value with a fixed set of names in config.json; a name outside of the set is refused while decoding.
///
/// Raw values count from 0 in the order of `names`. Texts are not raw values here: comparing those would draw the
/// tables for Unicode normalisation into the program.
public protocol NamedValue: RawRepresentable, Equatable, Sendable where RawValue == UInt8 {
  /// The names in config.json.
  static var names: [String] { get }
  /// What is said about a name that is not in the set, before and after it.
  static var refusal: (before: String, after: String) { get }
}

extension NamedValue {
  public init?(name: String) {
    guard let index = indexOfName(name, in: Self.names) else { return nil }
    self.init(rawValue: index)
  }

  public var name: String { Self.names[Int(rawValue)] }

  /// The names in the order of their bytes, as `features` lists them.
  public static var sortedNames: [String] { sorted(names) }
}

func indexOfName(_ name: String, in names: [String]) -> UInt8? {
  for index in names.indices where sameBytes(names[index], name) { return UInt8(index) }
  return nil
}
