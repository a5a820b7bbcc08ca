// Processes: identity, waiting, signals to them, execution.

internal import CShims

/// How a process ended.
public enum ExitStatus: Equatable, Sendable {
  case exited(Int32)
  case signaled(Int32)

  /// The code that a shell reports: the exit code, or 128 + the signal.
  public var shellCode: Int32 {
    switch self {
    case .exited(let code): return code
    case .signaled(let signal): return 128 + signal
    }
  }

  init?(_ exit: apus_exit) {
    switch exit.code {
    case 1: self = .exited(exit.status)
    case 2, 3: self = .signaled(exit.status)
    default: return nil
    }
  }
}

public func currentProcessID() -> Int32 { Int32(apus_getpid()) }
public func parentProcessID() -> Int32 { Int32(apus_getppid()) }
public func effectiveUserID() -> UInt32 { UInt32(apus_geteuid()) }
public func effectiveGroupID() -> UInt32 { UInt32(apus_getegid()) }

/// Ends the process at once, without any clean-up of the language (after a clone).
public func exitNow(_ code: Int32) -> Never { apus_exit_now(code) }

/// Opens a pidfd (pidfd_open(2), kernel 5.3).
@inline(never)
public func openPidfd(_ pid: Int32) throws(SystemCallError) -> Descriptor {
  try Descriptor(openedBy: "pidfd_open", numbered("", pid), apus_pidfd_open(pid, 0))
}

/// Copies a descriptor of another process (pidfd_getfd(2), kernel 5.6). Takes the right to trace it.
@inline(never)
public func copyDescriptor(_ number: Int32, ofPidfd pidfd: Int32) throws(SystemCallError) -> Descriptor {
  let copy = try systemCall("pidfd_getfd", apus_pidfd_getfd(pidfd, number))
  return Descriptor(owning: Int32(truncatingIfNeeded: copy))
}

@inline(never)
public func sendSignal(_ signal: Int32, to pid: Int32) throws(SystemCallError) {
  try systemCall("kill", numbered("", pid), apus_kill(pid, signal))
}

extension Descriptor {
  /// Sends a signal to the process of this pidfd.
  @inline(never)
  public borrowing func sendSignal(_ signal: Int32) throws(SystemCallError) {
    let descriptor = number
    try systemCall("pidfd_send_signal", apus_pidfd_send_signal(descriptor, signal))
  }

  /// Waits for the end of the child of this pidfd and reaps it (waitid(2) P_PIDFD, kernel 5.4).
  /// - Returns: nil only with `noHang`, while it runs.
  @inline(never)
  public borrowing func waitForExit(noHang: Bool = false) throws(SystemCallError) -> ExitStatus? {
    let descriptor = number
    var exit = apus_exit()
    // `exit` is a local of the layout that the shim fills.
    try systemCall("waitid", unsafe apus_waitid(3 /* P_PIDFD */, descriptor, &exit, noHang ? 5 : 4))
    return exit.pid == 0 ? nil : ExitStatus(exit)
  }
}

/// Reaps one ended child, whichever it is. Returns nil when none has ended or there is none.
@inline(never)
public func reapAnyChild() throws(SystemCallError) -> (pid: Int32, status: ExitStatus)? {
  var exit = apus_exit()
  do {
    // `exit` is a local of the layout that the shim fills; 0 is P_ALL, 5 WEXITED and WNOHANG.
    try systemCall("waitid", unsafe apus_waitid(0, 0, &exit, 5))
  } catch {
    if error.errno == .noChild { return nil }
    throw error
  }
  if exit.pid == 0 { return nil }
  guard let status = ExitStatus(exit) else { return nil }
  return (exit.pid, status)
}

/// The release of the running kernel, such as `6.1.0-18-amd64`.
@inline(never)
public func kernelRelease() throws(SystemCallError) -> String {
  var buffer = [UInt8](repeating: 0, count: 65)
  let size = buffer.count
  // The array's storage is valid for `size` bytes during the call.
  let result = unsafe buffer.withUnsafeMutableBytes {
    unsafe apus_release($0.baseAddress!.assumingMemoryBound(to: CChar.self), size)
  }
  let count = try systemCall("uname", result)
  return decoded(buffer[0..<Int(count)])
}

/// Sets the execution domain (personality(2)).
@inline(never)
public func setPersonality(_ persona: UInt64) throws(SystemCallError) {
  try systemCall("personality", apus_personality(persona))
}

/// Begins a new session without a controlling terminal.
@inline(never)
public func beginSession() throws(SystemCallError) {
  try systemCall("setsid", apus_setsid())
}
