// How JSON is laid out.

/// How JSON is laid out: on one line, or a member a line with this indentation.
public enum JSONLayout: Sendable {
  case compact, tabs, twoSpaces, fourSpaces

  var indentation: String {
    switch self {
    case .compact: ""
    case .tabs: "\t"
    case .twoSpaces: "  "
    case .fourSpaces: "    "
    }
  }
}
