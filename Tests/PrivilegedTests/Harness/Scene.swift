// One test's place on the host: its folder, state root, cgroups and ledger.

import Foundation
import Glibc
import Synchronization
import Testing

/// One test's place on the host. Everything in it carries `name`, so that what is left behind can be told.
final class Scene {
  /// `apus-test-PID-N`: the prefix of every id, folder and cgroup of the test.
  let name: String
  let folder: String
  var runtime: Runtime
  private var bundleCount = 0
  private var containers: [Container] = []

  private static let count = Atomic<Int>(0)

  init() throws {
    let number = Scene.count.add(1, ordering: .relaxed).newValue
    name = "apus-test-\(getpid())-\(number)"
    folder = "/tmp/" + name
    runtime = Runtime(root: folder + "/state")
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
  }

  /// An id that no other container has.
  func id(_ suffix: String) -> String { name + "-" + suffix }

  /// The parent cgroup of the test's containers.
  var cgroup: String { "/" + name }

  /// A cgroup of a container in a version 1 controller.
  func cgroup(_ controller: String, of id: String) throws -> String {
    guard let point = Host.controllers[controller] else { throw StepFailed("no controller \(controller)") }
    return point + cgroup + "/" + id
  }

  /// A new bundle with changes to the default config.json.
  func bundle(_ change: (inout JSON) throws -> Void = { _ in }) throws -> TestBundle {
    bundleCount += 1
    var config = TestBundle.defaultConfig(cgroup: "")
    config.linux["cgroupsPath"] = .string(cgroup + "/" + id("\(bundleCount)"))
    try change(&config)
    return try TestBundle(at: folder + "/bundle-\(bundleCount)", config: config)
  }

  /// A container that is not created yet, of a new bundle unless one is given.
  func container(_ bundle: TestBundle? = nil, _ change: (inout JSON) throws -> Void = { _ in }) throws -> Container {
    var bundle = try bundle ?? self.bundle()
    try bundle.edit(change)
    let container = Container(id: id("\(bundleCount)-\(containers.count)"), bundle: bundle, runtime: runtime)
    containers.append(container)
    return container
  }

  /// Runs a shell script in a container of its own, in the foreground.
  func run(_ script: String, _ change: (inout JSON) throws -> Void = { _ in }) throws -> Outcome {
    let container = try container {
      $0.process.args = ["sh", "-c", .string(script)]
      try change(&$0)
    }
    return try container.run()
  }

  /// A folder below that of the test.
  func makeFolder(_ name: String) throws -> String {
    let path = folder + "/" + name
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }

  /// Lets go of the processes of `create` and `run` and what they wrote.
  fileprivate func release() { containers = [] }

  /// Deletes by force what a failed test left, without a word.
  fileprivate func abandon() {
    for container in containers { _ = try? runtime.call("delete", "--force", container.id) }
    release()
  }
}

/// Tests that run containers take turns: the ledger compares the whole host.
private let turn = NSRecursiveLock()

/// Plays a test on a scene of its own and fails when something is left behind.
func onScene(_ body: (Scene) throws -> Void) throws {
  turn.lock()
  defer { turn.unlock() }
  let (scene, ledger) = try openScene()
  defer { ledger.sweep() }
  do {
    try body(scene)
  } catch {
    scene.abandon()
    throw error
  }
  close(scene, ledger)
}

/// The same for a test that is asynchronous.
func onScene(_ body: (Scene) async throws -> Void) async throws {
  let holder = await TurnHolder()
  defer { holder.end() }
  let (scene, ledger) = try openScene()
  defer { ledger.sweep() }
  do {
    try await body(scene)
  } catch {
    scene.abandon()
    throw error
  }
  close(scene, ledger)
}

private func openScene() throws -> (Scene, LeakLedger) {
  try Orphans.adopt()
  let scene = try Scene()
  return (scene, LeakLedger(name: scene.name, folder: scene.folder, stateRoot: scene.runtime.root))
}

private func close(_ scene: Scene, _ ledger: LeakLedger) {
  scene.release()
  for leak in ledger.leaks() { Issue.record("left behind: \(leak)") }
}

/// Has the turn for a task, which changes its thread: a thread that does nothing else holds the lock.
private final class TurnHolder: Sendable {
  private let over = DispatchSemaphore(value: 0)

  init() async {
    let over = over
    await withCheckedContinuation { (waiter: CheckedContinuation<Void, Never>) in
      Thread {
        turn.withLock {
          waiter.resume()
          over.wait()
        }
      }.start()
    }
  }

  func end() { over.signal() }
}
