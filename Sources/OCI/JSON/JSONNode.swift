// One value of a parsed JSON document.

/// One value of a parsed document: where it stands, not what it holds.
struct JSONNode {
  enum Kind: UInt8 {
    case null, yes, no, integer, real
    /// A string without escapes, one with them, and one with an escaped NUL.
    case string, escapedString, stringWithNUL
    case list, object
  }

  var kind: Kind
  /// The first byte; of a string the one after the quotation mark.
  var start: UInt32
  /// The byte after the last one; of a string the closing quotation mark.
  var end: UInt32
  /// The node after this one and all that is inside it; `unfinished` while its end is not yet read.
  var next: UInt32

  static let unfinished = UInt32.max
}
