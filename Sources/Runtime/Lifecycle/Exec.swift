// The operation `exec`.

import Linux
public import OCI

/// What `exec` is asked for.
public final class ExecRequest {
  /// The process as it shall be, complete.
  public var process: Process
  public var pidFile: String?
  public var consoleSocket: String?
  public var pidfdSocket: String?
  public var preservedDescriptors: Int32 = 0
  /// The cgroups to enter; the container's own without any.
  public var subCgroups = SubCgroups()
  public var options: ExecFlags = []
  /// Receives what is of interest only in search of a fault.
  public var debug: (String) -> Void = { _ in }

  public init(process: Process) {
    self.process = process
  }
}

/// The switches of `exec`.
public struct ExecFlags: OptionSet, Sendable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// A paused container is entered all the same: the process waits until it is resumed.
  public static let ignoresPaused = ExecFlags(rawValue: 1)
  /// The caller itself relays the terminal.
  public static let relaysTerminal = ExecFlags(rawValue: 2)
}

extension ContainerStore {
  /// Starts a process in a running container. Returns once the program is executed.
  public func execute(
    _ request: ExecRequest, in target: borrowing ExecTarget, warn: @escaping (String) -> Void
  ) throws(RuntimeError) -> CreatedContainer {
    let record = target.record
    let status = try target.state.status(of: record)
    if status == .stopped || status == .creating { throw .wrongStatus("cannot exec in a stopped container") }
    // Before joining: a process that joins a frozen cgroup by itself stops there.
    if status == .paused && !request.options.contains(.ignoresPaused) {
      throw .wrongStatus("cannot exec in a paused container (use --ignore-paused to override)")
    }
    guard let container = record.identity.openPidfd() else {
      throw .wrongStatus("cannot exec in a stopped container")
    }
    var launch = try ExecLaunch(request, target, try target.filter(stateRoot: root))
    do {
      let plan = try ProcessPlan(
        request.process, target.spec.linux, target.filterNeed, try target.spec.checkedLandlock())
      return try launch.start(container: container, plan, warn: warn)
    } catch {
      launch.abandon()
      throw error
    }
  }
}
