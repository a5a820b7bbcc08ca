// A monitor whose runtime is a shell script.

import Foundation
import Linux
import Testing

/// A monitor with a script as its runtime.
final class MonitorPlay {
  let folder: String
  let sync: ProtocolPipe
  let start: ProtocolPipe
  var words: [String]
  var environment: [String: String] = [:]
  var hasStartPipe = false
  /// What starts the monitor, such as env(1) with its options.
  var launcher: [String] = []
  /// Further descriptors of the monitor.
  var others: [Int32: Command.Source] = [:]
  private(set) var caller: Child?

  /// - Parameter script: the runtime; `$pidfile` is the file that it is to write.
  init(_ scene: Scene, _ script: String, _ words: [String] = []) throws {
    folder = try scene.makeFolder("play-\(Int.random(in: 0..<1_000_000))")
    self.words = words
    (sync, start) = (try ProtocolPipe(3), try ProtocolPipe(4))
    let whole = """
      #!/bin/sh
      # A runtime of a test: finds the pid file among its words, then does what the test says.
      folder=\(folder)
      echo "$0 $*" >>$folder/calls
      while [ $# -gt 0 ]; do [ "$1" = --pid-file ] && pidfile=$2; shift; done
      \(script)
      """
    try Data(whole.utf8).write(to: URL(filePath: folder + "/runtime"))
    try Descriptor.workingDirectory.changeMode(of: folder + "/runtime", 0o755)
  }

  /// A script for a container that runs `script`.
  /// It waits a moment: a shell would take the end of a child that is faster than itself.
  static func container(_ script: String) -> String { "sh -c 'sleep 0.05; \(script)' & echo $! >$pidfile" }

  func begin(withoutRuntime: Bool = false) throws -> Child {
    let runtime = withoutRuntime ? [] : ["-r", folder + "/runtime"]
    let identity = ["-c", "play-id-0123456", "-u", "play", "-b", folder]
    let files = ["-p", folder + "/pidfile", "-P", folder + "/monitor.pid", "--exit-dir", folder]
    let log = ["--full-attach", "-l", "k8s-file:" + folder + "/log"]
    let all = launcher + [Monitor.program] + identity + files + log + runtime + words
    var command = Command(all[0], Array(all.dropFirst()))
    command.environment.merge(environment) { $1 }
    command.environment["_OCI_SYNCPIPE"] = "3"
    command.others[3] = sync.source
    if hasStartPipe {
      command.environment["_OCI_STARTPIPE"] = "4"
      command.others[4] = start.source
    }
    command.others.merge(others) { $1 }
    let child = try command.start()
    caller = child
    sync.closeOther()
    start.closeOther()
    return child
  }

  func text(_ name: String) -> String { Host.read(folder + "/" + name) ?? "" }
  var lines: [String] { MonitoredRecord.all(text("log")).map(\.content) }
  var monitorPid: Int32 { Int32(text("monitor.pid")) ?? -1 }

  func exitCode() throws -> String {
    guard eventually(within: 10, { Host.exists(folder + "/play-id-0123456") }) else { throw StepFailed("no exit") }
    return text("play-id-0123456")
  }

  func end() { #expect(eventually { !RunningProcess.isAlive(monitorPid) }) }
}
