// Why a document or a configuration is refused.

/// Why a document, a configuration or a text of the user is refused, and where.
public struct SpecError: Error, Equatable, Sendable {
  /// The field, such as `process.rlimits[0].type`; empty for the whole document.
  public var path: String
  /// What is wrong, in lower case and without a full stop.
  public var reason: String
  /// The line in the document, counted from 1; 0 when no document is at hand.
  public var line: Int
  /// The column in characters, counted from 1.
  public var column: Int

  public init(_ path: String, _ reason: String, line: Int = 0, column: Int = 0) {
    self.path = path
    self.reason = reason
    self.line = line
    self.column = column
  }

  /// One sentence with all of it.
  public var message: String {
    let text = path.isEmpty ? reason : sentence(path, ": ", reason)
    guard line > 0 else { return text }
    return sentence(text, " (line ", String(line), ", column ", String(column), ")")
  }
}
