// What a hook is executed with.

import Linux
import OCI

/// All that execve needs for a hook, made before its filter is loaded.
struct PreparedHook: ~Copyable {
  private let path: String
  private let arguments: StringVector
  private let environment: StringVector
  private let filter: SeccompProgram?

  init(_ hook: Hook, environment: [String], filter: SeccompProgram?) {
    path = hook.path
    arguments = StringVector(hook.args.isEmpty ? [hook.path] : hook.args)
    self.environment = StringVector(environment)
    self.filter = filter
  }

  /// Returns the refusal of execve(2), if there is one.
  func execute() throws(SystemCallError) -> SystemCallError {
    if let filter { _ = try loadSeccompFilter(filter.instructions, flags: filter.flags.rawValue) }
    return StringVector.execute(path, arguments: arguments, environment: environment)
  }
}
