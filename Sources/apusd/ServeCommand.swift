// The daemon at work.

import ArgumentParser
import CRI
import Images
import Linux
import Logging
import ContainerNetwork
import Pods
import Streaming

/// Serves until it is told to stop.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "serve", abstract: "Serve pods and containers.")

  @OptionGroup var options: SettingsOptions

  func run() async throws {
    let settings = try options.settings()
    let signals = try StopSignals()
    let threshold = LogThreshold(settings.logLevel)
    LoggingSystem.bootstrap {
      LineLogHandler(label: $0, threshold: threshold, isJSON: settings.logFormat == "json")
    }
    let logger = Logger(label: "apusd")
    // Before anything else is touched: a second daemon harms nothing.
    let lock = try InstanceLock(settings)
    let report = Report { weight, message, fields in
      let level: Logger.Level = weight == .warning ? .warning : .debug
      logger.log(level: level, "\(message)", metadata: fields.mapValues { "\($0)" })
    }
    let networks = try makeNetworks(settings, logger)
    let images = try Store(path: settings.node.imageRoot)
    let puller = RegistryPuller(settings, images)
    let node = try Node(
      settings.node, images: images, network: CNINetwork(networks), puller: puller, report: report)
    await node.learnFeatures()
    try await node.recover()
    node.watchPods()
    let streaming = try await makeStreaming(settings)
    let socket = try ServiceSocket.make(settings.socket)
    let server = CRIServer(node, streaming, on: socket, version: Apusd.version, report: report)
    signals.onFirst {
      logger.info("stopping; pods go on")
      ServiceNotice.tell("STOPPING=1")
      server.stop()
    }
    let reload = SettingsReload(
      options: options, first: settings, node: node, puller: puller, threshold: threshold, logger: logger)
    let others = [
      Task { await reload.serve() },
      Task { await ServiceNotice.keepAlive() },
      Task { await giveBackPages(every: .seconds(10)) },
      Task { await node.sampleProcessors() },
      Task { await collectGarbage(node, networks, every: .seconds(settings.network.garbageSeconds)) },
    ]
    logger.info(
      "serving",
      metadata: ["socket": "\(settings.socket)", "version": "\(Apusd.version)", "streaming": "\(streaming.port)"])
    ServiceNotice.tell("READY=1")
    try await server.serve()
    for task in others { task.cancel() }
    await streaming.stop()
    await networks.stop()
    await puller.end()
    lock.release()
  }

  /// What a start, a restart or a rare request needed is not kept.
  private func giveBackPages(every interval: Duration) async {
    while !Task.isCancelled {
      try? await Task.sleep(for: interval)
      giveBackProgramPages()
    }
  }

  /// Once as soon as there is a network, then now and then.
  private func collectGarbage(_ node: Node, _ networks: PodNetworks, every interval: Duration) async {
    var isChecked = false
    while !Task.isCancelled {
      let isReady = networks.readiness.isReady
      if isReady && !isChecked {
        isChecked = true
        await node.checkNetworks()
      }
      if isReady { await node.collectNetworkGarbage() }
      try? await Task.sleep(for: isReady ? interval : .milliseconds(500))
    }
  }

  private func makeStreaming(_ settings: DaemonSettings) async throws(SettingError) -> StreamingServer {
    do throws(StreamingError) {
      let server = try StreamingServer(settings.streaming)
      try await server.start()
      return server
    } catch { throw SettingError(message: "streaming: \(error.message)") }
  }

  private func makeNetworks(_ settings: DaemonSettings, _ logger: Logger) throws -> PodNetworks {
    do {
      let networks = try PodNetworks(settings.network) { readiness in
        switch readiness {
        case .ready(let network): logger.info("pods can be connected", metadata: ["network": "\(network)"])
        case .notReady(let reason): logger.warning("pods cannot be connected: \(reason)")
        }
      }
      try networks.start()
      return networks
    } catch {
      throw SettingError(message: error.message)
    }
  }
}
