// The names of the commands.

internal import OCI

/// The commands, in the order of the help text.
enum CommandName: UInt8, CaseIterable, Sendable {
  case create, delete, exec, kill, list, pause, ps, resume, run, spec, start, state, features

  private static let names = [
    "create", "delete", "exec", "kill", "list", "pause", "ps", "resume", "run", "spec", "start", "state", "features",
  ]

  var text: String { CommandName.names[Int(rawValue)] }

  init?(_ text: String) {
    for name in CommandName.allCases where sameBytes(name.text, text) {
      self = name
      return
    }
    return nil
  }
}
