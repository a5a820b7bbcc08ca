// Networks of pods: what the daemon asks for.

import Linux
import Synchronization

/// A pod as plugins are told of it.
public struct PodIdentity: Equatable, Sendable {
  public var namespace: String
  public var name: String
  public var uid: String
  /// The id of the pod's sandbox.
  public var sandboxID: String

  public init(namespace: String, name: String, uid: String, sandboxID: String) {
    self.namespace = namespace
    self.name = name
    self.uid = uid
    self.sandboxID = sandboxID
  }

  /// CNI_ARGS as Kubernetes runtimes give them; the first one lets plugins pass over those that they do not know.
  var arguments: [(String, String)] {
    [
      ("IgnoreUnknown", "1"), ("K8S_POD_NAMESPACE", namespace), ("K8S_POD_NAME", name),
      ("K8S_POD_INFRA_CONTAINER_ID", sandboxID), ("K8S_POD_UID", uid),
    ]
  }
}

/// Gives pods their network and takes it away. Nothing here blocks a thread of the language's concurrency.
public final class PodNetworks: Sendable {
  private let settings: NetworkSettings
  private let client: CNIClient
  private let watch: NetworkWatch
  private let gate = OperationGate()
  /// Plugins that collect garbage take what is being attached meanwhile for garbage.
  private let all = SharedGate()
  private let threads = BlockingThreads(name: "network", limit: 32)

  /// - Parameter onChange: told on a thread of its own whenever the readiness is another.
  public init(
    _ settings: NetworkSettings, onChange: @escaping @Sendable (NetworkReadiness) -> Void = { _ in }
  ) throws(NetworkError) {
    self.settings = settings
    let folders = PluginFolders(settings.pluginFolders)
    let cache = AttachmentCache(path: settings.cacheFolder)
    let runner = { (seconds: Int) in
      PluginRunner(
        folders: folders, environment: settings.pluginEnvironment, timeLimitMilliseconds: Int64(seconds) * 1000)
    }
    client = CNIClient(runner: runner(settings.pluginTimeLimitSeconds), cache: cache)
    let asking = CNIClient(runner: runner(settings.questionTimeLimitSeconds), cache: cache)
    watch = try NetworkWatch(settings, asking, onChange: onChange)
  }

  /// Begins to watch the networks; to be called once.
  public func start() throws(NetworkError) { try watch.start() }

  /// Ends the watch; operations that run go on to their end.
  public func stop() async { await threads.run { self.watch.stop() } }

  /// Whether pods can be given a network, as of the last look: never waits.
  public var readiness: NetworkReadiness { watch.snapshot.readiness }

  /// Why files of the configuration folder were left out, as of the last look.
  public var problems: [String] { watch.snapshot.problems }

  /// Attaches a pod to its network, its loopback device brought up first.
  /// - Parameters:
  ///   - namespace: the path of the pod's network namespace.
  ///   - network: the name of another network than that for pods.
  /// - Throws: what failed; nothing is attached then.
  public func attach(
    _ pod: PodIdentity, namespace: String, _ capabilities: CapabilityArguments = CapabilityArguments(),
    network: String? = nil
  ) async throws(NetworkError) -> NetworkResult {
    let usable: UsableNetwork
    if let network { usable = try self.network(named: network) } else { usable = try standard() }
    let attachment = try NetworkAttachment(
      containerID: pod.sandboxID, interface: settings.interface, namespace: namespace, arguments: pod.arguments,
      capabilities: capabilities)
    let client = client
    return try await onThread("attaching pod '\(pod.namespace)/\(pod.name)' to network '\(usable.list.name)'", pod) {
      () throws(NetworkError) in
      try NetworkNamespace(namespace).bringUpLoopback()
      return try client.add(attachment, to: usable.list, usable.version)
    }
  }

  private func onThread<T: Sendable>(
    _ doing: String, _ pod: PodIdentity, _ work: @escaping @Sendable () throws(NetworkError) -> T
  ) async throws(NetworkError) -> T {
    do {
      return try await pass(pod.sandboxID, work)
    } catch {
      throw error.during(doing)
    }
  }

  /// Runs a piece of work on a thread, the only one of that pod and none while garbage is collected.
  private func pass<T: Sendable>(
    _ sandboxID: String, _ work: @escaping @Sendable () throws(NetworkError) -> T
  ) async throws(NetworkError) -> T {
    try await gate.pass(sandboxID) { () async throws(NetworkError) in
      try await all.share { () async throws(NetworkError) in try await threads.run(work) }
    }
  }

  private func standard() throws(NetworkError) -> UsableNetwork {
    let snapshot = watch.snapshot
    if case .notReady(let reason) = snapshot.readiness { throw NetworkError(.notReady, reason) }
    guard let network = snapshot.standard else { throw NetworkError(.notReady, "there is no network") }
    return network
  }

  private func network(named name: String) throws(NetworkError) -> UsableNetwork {
    if let network = watch.snapshot.network(name) { return network }
    throw NetworkError(.notReady, "network '\(name)' is not described in \(settings.configurationFolder)")
  }
}

extension PodNetworks {
  /// Detaches a pod from every network that it was ever attached to, finished or not. What is gone already, be it the
  /// pod, its namespace, the configuration or a plugin, is no error.
  /// - Returns: what could not be done since a plugin is gone.
  @discardableResult
  public func detach(sandboxID: String) async throws(NetworkError) -> [String] {
    let (client, snapshot) = (client, watch.snapshot)
    do {
      return try await pass(sandboxID) { () throws(NetworkError) in
        try Self.detachAll(try client.cache.keys(of: sandboxID), client, snapshot)
      }
    } catch {
      throw error.during("detaching pod '\(sandboxID)'")
    }
  }

  /// Goes on after a failure and throws the first one.
  private static func detachAll(
    _ keys: [AttachmentCache.Key], _ client: CNIClient, _ snapshot: NetworkSnapshot
  ) throws(NetworkError) -> [String] {
    var (notes, failure): ([String], NetworkError?) = ([], nil)
    for key in keys {
      do {
        notes += try client.delete(key, current: snapshot.network(key.network)?.list)
      } catch {
        failure = failure ?? error
      }
    }
    if let failure { throw failure }
    return notes
  }

  /// The result of the attachment that a pod has; nil when it has none that is finished.
  public func result(sandboxID: String) async throws(NetworkError) -> NetworkResult? {
    let cache = client.cache
    return try await threads.run { () throws(NetworkError) in
      for key in try cache.keys(of: sandboxID) {
        if let result = try cache.load(key).result { return result }
      }
      return nil
    }
  }

  /// Asks the plugins whether a pod's attachments are as they were made. Versions before 0.4.0 have no such question.
  public func check(sandboxID: String) async throws(NetworkError) {
    let client = client
    do {
      try await pass(sandboxID) { () throws(NetworkError) in
        for key in try client.cache.keys(of: sandboxID) { try client.check(key) }
      }
    } catch {
      throw error.during("checking the network of pod '\(sandboxID)'")
    }
  }

  /// Detaches every pod that is not among those, then lets the plugins free what belongs to none (since 1.1.0). Nothing
  /// is attached or detached meanwhile.
  /// - Parameter sandboxIDs: asked for the pods that there are, half made ones included, once nothing can be attached.
  /// - Returns: what could not be done; the rest was.
  public func collectGarbage(
    keeping sandboxIDs: @escaping @Sendable () -> Set<String>
  ) async throws(NetworkError) -> [String] {
    let (client, snapshot) = (client, watch.snapshot)
    return try await all.alone { () async throws(NetworkError) in
      try await threads.run { () throws(NetworkError) in
        try client.cache.removeDrafts()
        // In this order: what is attached belongs to a pod that was known before.
        let known = try client.cache.keys()
        return Self.collect(known, keeping: sandboxIDs(), client, snapshot)
      }
    }
  }

  private static func collect(
    _ known: [AttachmentCache.Key], keeping sandboxIDs: Set<String>, _ client: CNIClient, _ snapshot: NetworkSnapshot
  ) -> [String] {
    var notes: [String] = []
    for (id, keys) in Dictionary(grouping: known, by: \.containerID).sorted(by: { $0.key < $1.key })
    where !sandboxIDs.contains(id) {
      do {
        notes += try detachAll(keys, client, snapshot)
      } catch {
        notes.append(error.during("detaching pod '\(id)'").message)
      }
    }
    for network in snapshot.usable {
      do {
        notes += try client.collectGarbage(network.list, network.version).map(\.message)
      } catch {
        notes.append(error.message)
      }
    }
    return notes
  }
}
