// The points of the life cycle at which hooks run.

import OCI

/// The points of the life cycle at which hooks run (runtime-spec, "POSIX-platform Hooks").
enum HookPoint: String, CaseIterable {
  case prestart
  case createRuntime
  case createContainer
  case startContainer
  case poststart
  case poststop

  func hooks(of hooks: Hooks) -> [Hook] {
    switch self {
    case .prestart: return hooks.prestart
    case .createRuntime: return hooks.createRuntime
    case .createContainer: return hooks.createContainer
    case .startContainer: return hooks.startContainer
    case .poststart: return hooks.poststart
    case .poststop: return hooks.poststop
    }
  }

  /// The status that the state on the hook's standard input tells.
  var status: Status {
    switch self {
    case .prestart, .createRuntime, .createContainer: return .creating
    case .startContainer: return .created
    case .poststart: return .running
    case .poststop: return .stopped
    }
  }
}
