// The program: from the command line to what it asks for.

import Linux
import OCI

/// Runs `apus-pause` with the words of its command line. Returns the exit code.
public func runPause(_ words: [String]) -> Int32 {
  // Without /dev/null there is nothing to stand on; the streams are for messages alone.
  try? ensureStandardStreamsOpen()
  do {
    try perform(words)
    return 0
  } catch {
    StandardStream.error.tryWriteLine("apus-pause: " + error.message)
    return 1
  }
}

private func perform(_ words: [String]) throws(PauseError) {
  guard let first = words.first else { return try Reaper.run() }
  if sameBytes(first, "pin") {
    let pin = try Pin(try PinOptions([String](words.dropFirst())))
    try pin.run()
  } else if sameBytes(first, "--version") || sameBytes(first, "-v") {
    StandardStream.output.tryWriteLine("apus-pause version 0.1.0")
  } else if sameBytes(first, "--help") || sameBytes(first, "-h") {
    StandardStream.output.tryWriteLine(help)
  } else {
    throw PauseError("there is no command '" + first + "'; apus-pause --help lists them")
  }
}

private let help = """
  usage: apus-pause                 be the first process of a pod: reap, and end on SIGTERM or SIGINT
         apus-pause pin [OPTIONS]   make namespaces and keep them by files, DIR/KINDns/NAME

    -d, --dir DIR            the folder of the files
    -f, --filename NAME      the name of the files
    -u, --uts[=FILE]         a UTS namespace, kept by FILE if one is named
    -i, --ipc[=FILE]         an IPC namespace
    -n, --net[=FILE]         a network namespace
    -U, --user[=FILE]        a user namespace, which owns the others
        --uid-mapping MAP    its user ids, INSIDE-OUTSIDE-COUNT, with '@' between several
        --gid-mapping MAP    its group ids
    -s, --sysctl NAME=VALUE  a kernel parameter of the network or IPC namespace; may be repeated
        --hostname NAME      the host name in the UTS namespace
  """
