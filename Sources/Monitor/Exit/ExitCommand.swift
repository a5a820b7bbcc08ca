// The caller's program that runs when the monitor ends.

import Linux

/// The caller's program that runs when the monitor ends. It may start processes that outlive it: we are no subreaper
/// any more and wait for the program alone.
enum ExitCommand {
  /// - Returns: its code, 0 when there is none.
  static func run(_ options: Options, oomScore: String?) -> Int32 {
    guard let program = options.exitCommand else { return 0 }
    // What fails here has no one left to be told but the caller's own clean-up, which is what we try to start.
    try? ProcessControl.setChildSubreaper(false)
    if options.exitDelaySeconds > 0 { sleep(milliseconds: options.exitDelaySeconds * 1000) }
    do {
      let child = try clone()
      if child.isChild { become([program] + options.exitCommandArguments, oomScore) }
      let status = try child.pidfd.waitForExit()
      while (try? reapAnyChild()) != nil {}
      return status?.shellCode ?? 0
    } catch {
      return 1
    }
  }

  /// The child: stdio on /dev/null, nothing else stays open.
  private static func become(_ words: [String], _ oomScore: String?) -> Never {
    try? closeAll(from: 3)
    OOMScore.set(oomScore)
    resetSignalActions()
    try? setSignalMask(.none)
    let arguments = StringVector(words)
    _ = StringVector.execute(words[0], arguments: arguments, environment: StringVector(processEnvironment()))
    exitNow(1)
  }
}
