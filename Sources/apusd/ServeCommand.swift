// The daemon at work.

import ArgumentParser
import CRI
import Foundation
import Images
import Linux
import Logging
import ContainerNetwork
import Pods

/// Serves until it is told to stop.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "serve", abstract: "Serve pods and containers.")

  @OptionGroup var options: SettingsOptions

  func run() async throws {
    let settings = try options.settings()
    let signals = try StopSignals()
    LoggingSystem.bootstrap {
      LineLogHandler(label: $0, level: settings.logLevel, isJSON: settings.logFormat == "json")
    }
    let logger = Logger(label: "apusd")
    // Before anything else is touched: a second daemon harms nothing.
    let lock = try InstanceLock(settings)
    let report: @Sendable (String) -> Void = { logger.warning("\($0)") }
    let networks = try makeNetworks(settings, logger)
    let images = try Store(path: settings.node.imageRoot)
    let puller = RegistryPuller(settings, images)
    let node = try Node(
      settings.node, images: images, network: CNINetwork(networks), puller: puller, report: report)
    try await node.recover()
    node.watchPods()
    let socket = try ServiceSocket.make(settings.socket)
    let server = CRIServer(node, on: socket, version: Apusd.version, report: report)
    signals.onFirst {
      logger.info("stopping; pods go on")
      ServiceManager.tell("STOPPING=1")
      server.stop()
    }
    logger.info("serving", metadata: ["socket": "\(settings.socket)", "version": "\(Apusd.version)"])
    ServiceManager.tell("READY=1")
    try await server.serve()
    await networks.stop()
    await puller.end()
    lock.release()
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

/// The one daemon of its folders, as long as this value lives.
final class InstanceLock {
  private let files: [Holder]

  private final class Holder {
    let file: Descriptor
    init(_ file: consuming Descriptor) { self.file = file }
  }

  init(_ settings: DaemonSettings) throws(SettingError) {
    var files: [Holder] = []
    for folder in [settings.node.root, settings.node.runRoot] {
      try ServiceSocket.makeFolder(folder)
      let path = folder + "/apusd.lock"
      do throws(SystemCallError) {
        let file = try Descriptor.workingDirectory.open(path, [.readWrite, .create, .noFollow], mode: 0o600)
        guard try file.tryLock() else {
          throw SystemCallError(call: "flock", subject: path, errno: .busy)
        }
        files.append(Holder(file))
      } catch {
        if error.errno == .busy { throw SettingError(message: "another apusd uses '\(folder)'") }
        throw SettingError(message: "locking '\(path)': \(error.message)")
      }
    }
    self.files = files
  }

  func release() {
    for holder in files { try? holder.file.unlock() }
  }
}

/// The socket of the service.
enum ServiceSocket {
  /// Makes the socket in a folder that is closed to everybody else, in place of one that a dead daemon left: whoever
  /// holds the lock is the only one.
  static func make(_ path: String) throws(SettingError) -> Descriptor {
    try makeFolder((path as NSString).deletingLastPathComponent)
    do throws(SystemCallError) {
      do throws(SystemCallError) { try Descriptor.workingDirectory.removeFile(path) } catch {
        if error.errno != .noEntry { throw error }
      }
      let socket = try Descriptor.socket(.stream)
      try socket.bind(path)
      try Descriptor.workingDirectory.changeMode(of: path, 0o600)
      return socket
    } catch {
      throw SettingError(message: "making the socket '\(path)': \(error.message)")
    }
  }

  static func makeFolder(_ path: String) throws(SettingError) {
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw SettingError(message: "making the folder '\(path)': \(error.localizedDescription)")
    }
  }
}

/// The signals that end the daemon.
final class StopSignals: Sendable {
  private let descriptor: Descriptor

  private static let ending = [Signal.terminate, Signal.interrupt, Signal.quit]

  /// Blocks them in this thread and all that come after it, so that they wait to be read.
  static func block() {
    // A peer that goes away is an error of the call that meets it. The mask of known signals is never refused.
    try? setSignalMask(SignalSet(ending + [Signal.pipe, Signal.hangUp]))
  }

  init() throws(SettingError) {
    do throws(SystemCallError) { descriptor = try openSignals(SignalSet(StopSignals.ending)) } catch {
      throw SettingError(message: "opening the signals: \(error.message)")
    }
  }

  /// Runs the body at the first of them; the second ends this process at once.
  func onFirst(_ body: @escaping @Sendable () -> Void) {
    Thread.detachNewThread { [self] in
      for count in 0..<2 {
        var entries = [PollEntry(descriptor.number, .readable)]
        _ = try? poll(&entries)
        _ = try? descriptor.nextSignal()
        if count == 0 { body() } else { exitNow(1) }
      }
    }
  }
}

/// The service manager that started this process (sd_notify(3)).
enum ServiceManager {
  static func tell(_ state: String) {
    guard let path = environmentValue("NOTIFY_SOCKET"), path.hasPrefix("/") else { return }
    // Whoever asked for it and does not listen is not served better by an error here.
    guard let socket = try? Descriptor.connect(to: path, .datagram) else { return }
    try? socket.send(Array(state.utf8))
  }
}
