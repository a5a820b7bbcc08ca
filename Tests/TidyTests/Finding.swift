// A place where a rule is broken.

/// A place where a rule is broken, in the form that editors follow: `path:line: what is wrong`.
struct Finding: CustomStringConvertible {
  let path: String
  /// Counted from 0.
  let line: Int
  let problem: String

  var description: String { "\(path):\(line + 1): \(problem)" }
}
