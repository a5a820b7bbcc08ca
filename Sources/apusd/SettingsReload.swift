// New settings for a daemon that runs.

import Logging
import Pods

/// Reads the settings anew at each SIGHUP. What can change while pods are there changes at once, for all that is made
/// from then on; the rest is told and waits for the next start. A file that cannot be read changes nothing.
struct SettingsReload: Sendable {
  let options: SettingsOptions
  let first: DaemonSettings
  let node: Node
  let puller: RegistryPuller
  let threshold: LogThreshold
  let logger: Logger

  /// Works until its task is cancelled.
  func serve() async {
    var current = first
    for await _ in HangUps.all() {
      do { current = try await reload(current) } catch {
        logger.error("reloading the settings: \(SettingsReload.sentence(error)); the old ones stay in force")
      }
    }
  }

  private static func sentence(_ error: any Error) -> String {
    switch error {
    case let error as SettingError: error.message
    case let error as PodError: error.message
    default: "\(error)"
    }
  }

  private func reload(_ current: DaemonSettings) async throws -> DaemonSettings {
    let wanted = try options.settings()
    var next = current
    var changes: [String] = []
    var later: [String] = []
    for setting in Setting.all where setting.get(wanted) != setting.get(current) {
      guard Setting.live.contains(setting.key) else {
        later.append(setting.key)
        continue
      }
      try setting.set(&next, setting.get(wanted))
      changes.append(setting.key)
    }
    if wanted.node.handlers != current.node.handlers {
      next.node.handlers = wanted.node.handlers
      changes.append("runtime.runtimes")
      keepUsedHandlers(of: current, in: &next)
    }
    try await node.change(to: next.node)
    threshold.change(to: next.logLevel)
    if next.authFile != current.authFile || next.insecureRegistries != current.insecureRegistries {
      puller.change(to: next)
    }
    if !later.isEmpty {
      logger.warning("settings that change with the next start only", metadata: ["settings": "\(later)"])
    }
    logger.info("settings are read anew", metadata: ["changed": "\(changes)"])
    return next
  }

  /// A runtime whose containers are there stays: nobody else could end them.
  private func keepUsedHandlers(of current: DaemonSettings, in next: inout DaemonSettings) {
    for (name, handler) in current.node.handlers where next.node.handlers[name] == nil {
      let isUsed =
        node.published.pods.contains { $0.handler == name } || node.published.containers.contains { $0.handler == name }
      guard isUsed else { continue }
      next.node.handlers[name] = handler
      logger.warning("a runtime stays, as pods use it", metadata: ["runtime": "\(name)"])
    }
  }
}
