// The names of the commands.

internal import OCI

/// The commands, in the order of the help text.
enum CommandName: UInt8, CaseIterable, Sendable {
  case create, delete, events, exec, kill, list, mounts, pause, ps, resume, run, spec, start, state, update, validate
  case features

  private static let names = [
    "create", "delete", "events", "exec", "kill", "list", "mounts", "pause", "ps", "resume", "run", "spec", "start",
    "state", "update", "validate", "features",
  ]

  var text: String { CommandName.names[Int(rawValue)] }

  /// Whether `apus-extra` performs it: what no container needs on its way from bundle to end keeps `apus` small.
  var isExtra: Bool { self == .events || self == .mounts || self == .update || self == .validate }

  init?(_ text: String) {
    for name in CommandName.allCases where sameBytes(name.text, text) {
      self = name
      return
    }
    return nil
  }
}
