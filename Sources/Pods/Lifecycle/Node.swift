// The pods and containers of a host.

public import Images
internal import Foundation
internal import Linux
internal import Synchronization

/// The pods and containers of a host: every operation on them, what is known of them, and how they come back after the
/// daemon was away.
public final class Node: Sendable {
  public let images: Store
  public let network: any PodNetwork
  let puller: any ImagePuller
  public let published = PublishedState()
  public let gates = OperationGates()
  public let host = HostFacts.current()
  let database: StateDatabase
  private let settingsInForce: Mutex<NodeSettings>
  let pool = WorkerPool("work", threads: 16)
  let monitorCgroup: MonitorCgroup
  /// What the runtimes can do, by their names.
  let features = Mutex<[String: HandlerFeatures]>([:])
  /// What to tell the administrator.
  let report: Report
  /// The first processes of containers that are alive.
  let processes = Mutex<[String: WatchedProcess]>([:])
  let storageMeter: StorageMeter
  let hierarchies: CgroupHierarchies
  let rates = ProcessorRates()
  /// When containers that are being stopped are killed.
  let stopDeadlines = Mutex<[String: ContinuousClock.Instant]>([:])

  public init(
    _ settings: NodeSettings, images: Store, network: any PodNetwork, puller: any ImagePuller,
    report: Report
  ) throws(PodError) {
    settingsInForce = Mutex(settings)
    self.images = images
    self.network = network
    self.puller = puller
    self.report = report
    for path in [settings.root, settings.runRoot] { try Node.makeFolder(path, mode: 0o700) }
    for path in [settings.containers, settings.pods, settings.exits, settings.namespaces] {
      try Node.makeFolder(path, mode: 0o700)
    }
    try Node.makeFolder(settings.networkNamespaces, mode: 0o755)
    try Node.makeRuntimeRoots(settings)
    database = try StateDatabase(folder: settings.root)
    monitorCgroup = try MonitorCgroup(settings.monitorCgroup)
    storageMeter = StorageMeter(images, pool, path: settings.imageRoot)
    hierarchies = CgroupHierarchies(CgroupMount.current(), host)
  }

  public var settings: NodeSettings { settingsInForce.withLock { $0 } }

  /// Takes other settings for what is made from now on. Folders, whose content is in use, are not among what may
  /// change.
  public func change(to settings: NodeSettings) async throws(PodError) {
    try Node.makeRuntimeRoots(settings)
    settingsInForce.withLock { $0 = settings }
    await learnFeatures()
  }

  private static func makeRuntimeRoots(_ settings: NodeSettings) throws(PodError) {
    for name in settings.handlers.keys { try makeFolder(settings.runtimeRoot(name), mode: 0o700) }
  }

  /// Makes a folder and those above it.
  static func makeFolder(_ path: String, mode: UInt32) throws(PodError) {
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: Int(mode)])
    } catch {
      throw PodError(.failed, "making the folder '\(path)': \(error.localizedDescription)")
    }
  }

  /// 64 hexadecimal digits from the kernel's random numbers.
  static func newID() -> String {
    var generator = SystemRandomNumberGenerator()
    return (0..<4).map { _ in
      let digits = String(UInt64.random(in: 0...UInt64.max, using: &generator), radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }

  static func now() -> Int64 {
    let moment = Moment.now()
    return moment.seconds * 1_000_000_000 + moment.nanoseconds
  }

  // MARK: - Records

  /// Records a pod and shows it.
  func save(_ pod: PodRecord) async throws {
    try await pool.run(pod.id) {
      try self.database.save(pod)
      self.published.publish(pod)
    }
  }

  func save(_ container: ContainerRecord) async throws {
    try await pool.run(container.id) {
      try self.database.save(container)
      self.published.publish(container)
    }
  }

  /// Changes a container's record as it is now; nil when it is gone.
  @discardableResult
  func change(
    container id: String, _ body: @escaping @Sendable (inout ContainerRecord) -> Void
  ) async throws -> ContainerRecord? {
    try await pool.run(id) {
      guard var record = self.published.container(id) else { return nil }
      body(&record)
      try self.database.save(record)
      self.published.publish(record)
      return record
    }
  }

  // MARK: - Undo steps

  /// Writes down how what comes next is undone.
  func will(_ step: UndoStep, _ owner: String) async throws {
    try await pool.run(owner) { try self.database.add(step, owner: owner) }
  }

  /// Undoes what was made for a pod or container, the last first. Goes on after a failure and throws the first one; its
  /// step stays for the next try.
  func undo(_ owner: String, where isWanted: @Sendable (UndoStep) -> Bool = { _ in true }) async throws {
    var failure: (any Error)?
    for row in try await pool.run(owner, { try self.database.steps(of: owner) }) where isWanted(row.step) {
      do {
        try await perform(row.step, owner)
        KillPoint.stepUndone.reach()
        try await pool.run(owner) { try self.database.remove(row) }
      } catch {
        failure = failure ?? error
      }
    }
    if let failure { throw failure }
  }

  private func perform(_ step: UndoStep, _ owner: String) async throws {
    switch step {
    case .network(let pod):
      for note in try await network.detach(pod: pod) {
        report("taking a pod off its network: \(note)", ["pod": pod])
      }
    case .runtime(let container, let handler):
      try await deleteFromRuntime(container, handler)
    case .process(let mark):
      guard let process = mark.open() else { return }
      try process.signal(Signal.kill)
      guard await process.end(within: .seconds(10)) else {
        throw PodError(.failed, "the process \(mark.pid) does not end")
      }
      _ = process.reap()
    case .namespaces(let path): try await pool.run(owner) { try Unmaking.removePins(path) }
    case .snapshot(let target):
      try await pool.run(owner) { try Unmaking.removeSnapshot(target, self.images) }
      emptyTrash()
    case .mount(let path): try await pool.run(owner) { try Unmaking.unmount(path) }
    case .folder(let path): try await pool.run(owner) { try Unmaking.removeFolder(path) }
    case .file(let path): try await pool.run(owner) { try Unmaking.removeFile(path) }
    }
  }
}
