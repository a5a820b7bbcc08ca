// Values which config.json names by a fixed set of words.

/// A value with a fixed set of names in config.json; a name outside of the set is refused while decoding.
public protocol NamedValue: RawRepresentable, CaseIterable, Equatable, Sendable where RawValue == String {
  /// What is wrong with a name that is not in the set.
  static func refusal(of name: String) -> String
}
