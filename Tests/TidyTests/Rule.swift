// The rules of style that a test can check.

/// The rules; each one reads a file and reports where it is broken.
enum Rule: String, CaseIterable {
  case fileHeader, fileLength, lineLength, functionLength, parameterCount, adjacentBooleans
  case imports, unsafePlace, forcedTry, forcedUnwrap, bareFatalError, unexplainedToDo
  case emptyName, shimCalls, machinePath

  func findings(in source: SourceText) -> [Finding] {
    switch self {
    case .fileHeader: source.fileHeaderFindings()
    case .fileLength: source.fileLengthFindings()
    case .lineLength: source.lineLengthFindings()
    case .functionLength: source.functionLengthFindings()
    case .parameterCount: source.parameterCountFindings()
    case .adjacentBooleans: source.adjacentBooleanFindings()
    case .imports: source.importFindings()
    case .unsafePlace: source.unsafePlaceFindings()
    case .forcedTry: source.forcedTryFindings()
    case .forcedUnwrap: source.forcedUnwrapFindings()
    case .bareFatalError: source.bareFatalErrorFindings()
    case .unexplainedToDo: source.unexplainedToDoFindings()
    case .emptyName: source.emptyNameFindings()
    case .shimCalls: source.shimCallFindings()
    case .machinePath: source.machinePathFindings()
    }
  }
}

/// The limits that the rules hold.
enum Limit {
  static let fileLines = 500
  static let functionLines = 70
  static let lineColumns = 120
  static let parameters = 5
}
