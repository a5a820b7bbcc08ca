// Execution domains.

/// Execution domains (personality(2)).
public enum PersonalityDomain: UInt8, NamedValue {
  case linux, linux32

  public static let names = ["LINUX", "LINUX32"]

  public static var refusal: (before: String, after: String) { ("invalid personality domain ", "") }

  /// The kernel's number (linux/personality.h).
  public var number: UInt32 { self == .linux32 ? 8 : 0 }
}
