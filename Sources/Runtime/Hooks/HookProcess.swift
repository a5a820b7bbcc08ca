// Running one hook.

import Linux
import OCI

/// A hook as a running process: the state on its standard input, its output kept in memory for the error message.
struct HookProcess: ~Copyable {
  private let pidfd: Descriptor
  private let output: Descriptor
  private let errors: Descriptor

  private init(pidfd: consuming Descriptor, output: consuming Descriptor, errors: consuming Descriptor) {
    self.pidfd = pidfd
    self.output = output
    self.errors = errors
  }

  /// How much of what a hook prints goes into the error message, in bytes.
  private static let outputLimit = 4096

  /// Starts the hook. Files in memory instead of pipes: nobody has to read while the hook runs, and a process that the
  /// hook leaves behind can hold them open without holding us.
  static func start(
    _ program: consuming PreparedHook, state: [UInt8]
  ) throws(SystemCallError) -> HookProcess {
    let input = try Descriptor.memoryFile("hook-state", isExecutable: false)
    try input.writeAll(state)
    try input.seek(to: 0)
    let output = try Descriptor.memoryFile("hook-stdout", isExecutable: false)
    let errors = try Descriptor.memoryFile("hook-stderr", isExecutable: false)
    let child = try clone()
    if child.isChild { HookProcess.execute(program, input: input, output: output, errors: errors) }
    return HookProcess(pidfd: child.pidfd, output: output, errors: errors)
  }

  /// We are the hook's process: default signals, three streams, nothing else inherited.
  private static func execute(
    _ program: consuming PreparedHook, input: consuming Descriptor, output: consuming Descriptor,
    errors: consuming Descriptor
  ) -> Never {
    do throws(SystemCallError) {
      resetSignalActions()
      try setSignalMask(.none)
      try placeDescriptor(input, at: 0)
      try placeDescriptor(output, at: 1)
      try placeDescriptor(errors, at: 2)
      try closeOnExec(from: 3)
      throw try program.execute()
    } catch {
      try? errors.writeAll(error.message)
      exitNow(127)
    }
  }

  /// How the wait for a hook ended.
  private enum Ending {
    case ended
    case timedOut
    case containerDied
  }

  /// Waits for the end of the hook; nil when it succeeded, else why it failed.
  /// - Parameters:
  ///   - timeoutSeconds: after it the hook is killed and has failed.
  ///   - container: the container's pidfd, or -1: when its process dies first, the hook is killed and has failed.
  consuming func failure(timeoutSeconds: Int64?, container: Int32) throws(SystemCallError) -> String? {
    let ending = try awaitEnd(timeoutSeconds: timeoutSeconds, container: container)
    if ending != .ended { try pidfd.sendSignal(Signal.kill) }
    let status = try pidfd.waitForExit() ?? .exited(0)
    switch ending {
    case .containerDied: return "the container's process ended before the hook"
    case .timedOut: return numbered("hook ran past specified timeout of ", timeoutSeconds ?? 0, ".0s")
    case .ended:
      if status == .exited(0) { return nil }
      return sentence("%, stdout: %, stderr: %", HookProcess.text(of: status), try text(output), try text(errors))
    }
  }

  private borrowing func awaitEnd(timeoutSeconds: Int64?, container: Int32) throws(SystemCallError) -> Ending {
    let started = Moment.monotonic()
    while true {
      var entries = [PollEntry(pidfd.number, .readable), PollEntry(container, .readable)]
      var left: Int64 = -1
      if let timeoutSeconds { left = max(0, timeoutSeconds * 1000 - Moment.monotonic().milliseconds(since: started)) }
      try poll(&entries, timeoutMilliseconds: Int32(clamping: left))
      if !entries[0].returned.isEmpty { return .ended }
      if !entries[1].returned.isEmpty { return .containerDied }
      if left == 0 { return .timedOut }
    }
  }

  private static func text(of status: ExitStatus) -> String {
    switch status {
    case .exited(let code): return numbered("exit status ", code)
    case .signaled(let signal):
      // In the words of Go's runtime, by which callers of runc know them.
      for (number, name) in signalNames where number == signal { return "signal: " + name }
      return numbered("signal: signal ", signal)
    }
  }

  private static let signalNames: [(Int32, String)] = [
    (6, "aborted"), (9, "killed"), (11, "segmentation fault"), (15, "terminated"), (31, "bad system call"),
  ]

  /// The beginning of what the hook printed.
  private func text(_ file: borrowing Descriptor) throws(SystemCallError) -> String {
    try file.seek(to: 0)
    return ContainerRuntime.text(try file.read(upTo: HookProcess.outputLimit)[...])
  }
}
