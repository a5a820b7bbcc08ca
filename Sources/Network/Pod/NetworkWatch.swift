// Keeps what is known about the networks up to date.

import Dispatch
import Foundation
import Linux
import Synchronization

/// Keeps a snapshot of the networks: read anew when the folder changes, and now and then, since plugins come and go
/// without notice. It has a thread of its own.
final class NetworkWatch: Sendable {
  private let folder: ConfigurationFolder
  private let settings: NetworkSettings
  private let versions: PluginVersions
  private let client: CNIClient
  private let onChange: @Sendable (NetworkReadiness) -> Void
  private let current = Mutex(NetworkSnapshot())
  private let isStarted = Mutex(false)
  private let stopping: Descriptor
  private let ended = DispatchSemaphore(value: 0)

  init(
    _ settings: NetworkSettings, _ client: CNIClient, onChange: @escaping @Sendable (NetworkReadiness) -> Void
  ) throws(NetworkError) {
    self.settings = settings
    self.client = client
    self.onChange = onChange
    folder = ConfigurationFolder(path: settings.configurationFolder)
    versions = PluginVersions(client.runner)
    stopping = try naming("watching the networks") { () throws(SystemCallError) in try Descriptor.eventCounter() }
  }

  var snapshot: NetworkSnapshot { current.withLock { $0 } }

  /// Reads the networks and goes on watching them on a thread of its own.
  func start() throws(NetworkError) {
    let watch = try naming("watching the networks") { () throws(SystemCallError) in try FolderWatch() }
    let holder = FolderWatchHolder(watch)
    let thread = Thread {
      self.follow(holder)
      self.ended.signal()
    }
    thread.name = "networks"
    thread.stackSize = 512 << 10
    isStarted.withLock { $0 = true }
    thread.start()
  }

  /// Ends the thread and waits for it; one that was never started has ended.
  func stop() {
    guard isStarted.withLock({ $0 }) else { return }
    // A counter that is set already is set.
    try? stopping.writeAll([1, 0, 0, 0, 0, 0, 0, 0])
    ended.wait()
    // For whoever stops it once more.
    ended.signal()
  }

  private func follow(_ holder: FolderWatchHolder) {
    while true {
      // Watched before it is read: a change in between is told.
      try? holder.watch.add(folder.path)
      let pluginFolders = refresh()
      for path in pluginFolders { try? holder.watch.add(path) }
      var entries = [PollEntry(stopping.number, .readable), PollEntry(holder.watch.number, .readable)]
      let milliseconds = Int32(clamping: settings.refreshSeconds * 1000)
      let count = (try? poll(&entries, timeoutMilliseconds: milliseconds)) ?? 0
      if !entries[0].returned.isEmpty { return }
      if count > 0 {
        // Files are often written in several steps; a moment later most are whole.
        Linux.sleep(milliseconds: 20)
        holder.watch.clear()
      }
    }
  }

  /// Reads everything anew and publishes it.
  /// - Returns: further folders whose changes matter.
  @discardableResult
  func refresh() -> [String] {
    let loaded = folder.load()
    var next = NetworkSnapshot()
    next.problems = loaded.problems
    for network in loaded.networks {
      do {
        next.usable.append(UsableNetwork(list: network, version: try versions.choose(for: network)))
      } catch {
        next.problems.append(error.message.hasPrefix(network.file) ? error.message : "\(network.file): \(error)")
      }
    }
    next.standard = settings.defaultNetwork.map { next.network($0) } ?? next.usable.first
    next.readiness = readiness(next)
    let published = next
    let isNews = current.withLock { snapshot in
      let isNews = snapshot.readiness != published.readiness
      snapshot = published
      return isNews
    }
    if isNews { onChange(published.readiness) }
    return loaded.pluginFolders
  }

  private func readiness(_ snapshot: NetworkSnapshot) -> NetworkReadiness {
    guard let network = snapshot.standard else {
      let wanted = settings.defaultNetwork.map { "network '\($0)' is not described" } ?? "no network is described"
      let reasons = snapshot.problems.map { "; " + $0 }.joined()
      return .notReady(reason: "\(wanted) in \(folder.path)\(reasons)")
    }
    do {
      try client.status(network.list, network.version)
      return .ready(network: network.list.name)
    } catch {
      return .notReady(reason: "network '\(network.list.name)': \(error.message)")
    }
  }
}

/// Lets a thread's closure own a watch.
private final class FolderWatchHolder: Sendable {
  let watch: FolderWatch
  init(_ watch: consuming FolderWatch) { self.watch = watch }
}
