// From the value of a command to its performance.

internal import Linux

extension Command {
  /// Performs the command and returns the exit code.
  func perform(_ context: CommandContext, _ log: borrowing Log) throws(RuntimeError) -> Int32 {
    switch self {
    case .spec(let bundle, let isRootless): try performSpec(bundle: bundle, isRootless: isRootless)
    case .features: try performFeatures()
    default: throw .unsupported("this command is not there yet")
    }
    return 0
  }

  /// What stands before the reason of a failure, as callers of runc know it.
  var failurePrefix: String {
    switch self {
    case .create: return "create failed: "
    case .run: return "run failed: "
    case .exec: return "exec failed: "
    default: return ""
    }
  }

  /// The exit code of a failure: of `exec`, 255, as 1 could be the one of the process.
  var failureCode: Int32 {
    if case .exec = self { return 255 }
    return 1
  }

  /// Writes to standard output.
  func show(_ bytes: [UInt8]) throws(RuntimeError) {
    try doing("write the output") { () throws(SystemCallError) in try StandardStream.output.write(bytes) }
  }
}
