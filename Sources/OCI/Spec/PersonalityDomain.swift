// Execution domains.

/// Execution domains (personality(2)).
public enum PersonalityDomain: String, NamedValue {
  case linux = "LINUX"
  case linux32 = "LINUX32"

  /// The kernel's number (linux/personality.h).
  public var number: UInt32 { self == .linux32 ? 8 : 0 }

  public static func refusal(of name: String) -> String { "invalid personality domain \(quoted(name))" }
}
