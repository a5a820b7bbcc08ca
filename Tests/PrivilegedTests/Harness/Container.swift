// A container of a test.

import Foundation

/// A container of a test, made or not yet made.
final class Container {
  let id: String
  private(set) var bundle: TestBundle
  let runtime: Runtime
  /// The process of `create` or `run`, whose output the container goes on writing to.
  private(set) var creator: Child?

  init(id: String, bundle: TestBundle, runtime: Runtime) {
    self.id = id
    self.bundle = bundle
    self.runtime = runtime
  }

  /// Changes config.json before it is created.
  func change(_ edit: (inout JSON) throws -> Void) throws { try bundle.edit(edit) }

  /// A command with --bundle and the id, not yet started.
  func command(_ verb: String, _ options: String...) -> Command {
    runtime.command([verb, "--bundle", bundle.path] + options + [id])
  }

  /// Runs it in the foreground to its end.
  func run(_ options: String...) throws -> Outcome {
    try runtime.command(["run", "--bundle", bundle.path] + options + [id]).run()
  }

  func create(_ options: String...) throws -> Outcome {
    let child = try runtime.command(["create", "--bundle", bundle.path] + options + [id]).start()
    creator = child
    return try child.wait()
  }

  /// Creates and starts it.
  @discardableResult
  func start() throws -> Container {
    try create().checked()
    try runtime.call("start", id).checked()
    return self
  }

  /// Runs a shell script in it.
  func exec(_ script: String, _ options: String...) throws -> Outcome {
    try runtime.command(["exec"] + options + [id, "sh", "-c", script]).run()
  }

  var status: String? { get throws { try runtime.status(id) } }

  /// The process id of its init.
  func pid() throws -> Int32 {
    guard let pid = try runtime.state(id)?.pid.integer, pid > 0 else { throw StepFailed("\(id) has no process") }
    return Int32(pid)
  }

  /// What its processes have written to standard output by now.
  var output: String { creator?.output ?? "" }

  func waitUntil(_ status: String, within limit: Double = 5) throws -> Bool {
    try eventually(within: limit) { try self.status == status }
  }

  @discardableResult
  func kill(_ signal: String = "KILL") throws -> Outcome { try runtime.call("kill", id, signal) }

  @discardableResult
  func delete(_ options: String...) throws -> Outcome { try runtime.command(["delete"] + options + [id]).run() }

  /// Kills it and removes it; an error when that fails.
  func remove() throws { try delete("--force").checked() }
}
