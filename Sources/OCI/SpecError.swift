// Why a document or a configuration is refused.

/// Why a document, a configuration or a text of the user is refused, and where.
public struct SpecError: Error, Equatable, Sendable {
  /// One pointer: an error of six words would be carried along by every function that can throw, at 20 KB in all.
  private let place: Place

  private final class Place: Sendable {
    let path: String
    let reason: String
    let line: Int
    let column: Int

    init(path: String, reason: String, line: Int, column: Int) {
      self.path = path
      self.reason = reason
      self.line = line
      self.column = column
    }
  }

  @inline(never)
  public init(_ path: String, _ reason: String) {
    place = Place(path: path, reason: reason, line: 0, column: 0)
  }

  init(_ path: String, _ reason: String, line: Int, column: Int) {
    place = Place(path: path, reason: reason, line: line, column: column)
  }

  /// The field, such as `process.rlimits[0].type`; empty for the whole document.
  public var path: String { place.path }

  /// What is wrong, in lower case and without a full stop.
  public var reason: String { place.reason }

  /// The line in the document, counted from 1; 0 when no document is at hand.
  public var line: Int { place.line }

  /// The column in characters, counted from 1.
  public var column: Int { place.column }

  /// One sentence with all of it.
  public var message: String {
    let text = path.isEmpty ? reason : sentence("%: %", path, reason)
    guard line > 0 else { return text }
    return sentence("% (line %, column %)", text, String(line), String(column))
  }

  public static func == (left: SpecError, right: SpecError) -> Bool {
    sameBytes(left.message, right.message)
  }
}
