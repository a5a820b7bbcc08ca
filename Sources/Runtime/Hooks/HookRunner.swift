// Running all hooks of one point.

import Linux
import OCI

/// What hooks are told on their standard input.
struct HookState {
  var id: String
  var bundle: String
  var annotations: Annotations

  /// The state of the container as JSON (runtime-spec, "State").
  func encoded(_ point: HookPoint, pid: Int32) -> [UInt8] {
    var state = State()
    state.id = id
    state.status = point.status
    state.pid = point == .poststop ? 0 : pid
    state.bundle = bundle
    state.annotations = annotations
    return state.encoded()
  }
}

/// Runs the hooks of the life cycle.
struct HookRunner {
  let hooks: Hooks
  let state: HookState
  /// For hooks without one of their own; nil gives them the runtime's.
  var environment: [String]?
  /// What each hook loads for itself; no filter with an agent.
  var filter: SeccompProgram?

  func has(_ point: HookPoint) -> Bool { !point.hooks(of: hooks).isEmpty }

  /// Runs the hooks of a point one after the other; the first failure ends it.
  /// - Parameters:
  ///   - pid: the container's process as the host sees it.
  ///   - container: its pidfd, or -1 where its end must not end the hook.
  /// - Returns: the failure as `error running <point> hook #<n>: <why>`, nil when all succeeded.
  func run(_ point: HookPoint, pid: Int32, container: Int32 = -1) -> String? {
    let list = point.hooks(of: hooks)
    if list.isEmpty { return nil }
    let input = state.encoded(point, pid: pid)
    for (index, hook) in list.enumerated() {
      if let failure = failure(of: hook, input: input, container: container) {
        return sentence("error running % hook #%: %", point.rawValue, decimal(index), failure)
      }
    }
    return nil
  }

  /// Runs every hook of `poststop`: there is nothing left that a failure could stop.
  /// - Returns: the failures.
  func runPoststop() -> [String] {
    let list = hooks.poststop
    if list.isEmpty { return [] }
    let input = state.encoded(.poststop, pid: 0)
    var failures: [String] = []
    for (index, hook) in list.enumerated() {
      guard let failure = failure(of: hook, input: input, container: -1) else { continue }
      failures.append(sentence("error running poststop hook #%: %", decimal(index), failure))
    }
    return failures
  }

  private func failure(of hook: Hook, input: [UInt8], container: Int32) -> String? {
    do {
      return try HookProcess.start(
        PreparedHook(hook, environment: hook.env ?? environment ?? processEnvironment(), filter: filter), state: input
      ).failure(
        timeoutSeconds: hook.timeoutSeconds, container: container)
    } catch {
      return error.message
    }
  }
}
