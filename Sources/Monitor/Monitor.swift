// The program: from the command line to the event loop.

import Linux

/// Runs the monitor with the words of its command line. Returns the exit code of what ends early; the monitor itself
/// ends by the machine's last effect.
public func runMonitor(_ words: [String]) -> Int32 {
  let inherited = InheritedDescriptors.current()
  // Without /dev/null there is nothing to stand on: the first open would become a standard stream.
  try? ensureStandardStreamsOpen()
  do {
    let directory = (try? currentDirectory()) ?? "."
    let request = try OptionParser.parse(words, directory: directory, isExecutable: mayExecute)
    switch request {
    case .help: StandardStream.output.tryWrite([UInt8](Help.text.utf8))
    case .version: StandardStream.output.tryWrite([UInt8](Help.version.utf8))
    case .monitor(let options):
      var birth = Birth(options, inherited)
      return birth.run()
    }
    return 0
  } catch {
    StandardStream.error.tryWrite([UInt8](("[apus-monitor:e]: " + error.message + "\n").utf8))
    Birth.answerRefusal(words, inherited, error.message)
    return 1
  }
}
