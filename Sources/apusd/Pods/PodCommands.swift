// Pods for people without a cluster: run, list, stop, remove.

import ArgumentParser
import CRI
import Foundation
import Linux
import Manifest

/// The socket of the daemon, and how it is asked.
struct ServiceOptions: ParsableArguments {
  @Option(name: .long, help: "The socket of the daemon.")
  var socket: String?

  func connected<T: Sendable>(_ body: @escaping @Sendable (CRIClient) async throws -> T) async throws -> T {
    // What the daemon blocks for itself ends a command at once. One thread that takes a signal is enough.
    try? setSignalMask(SignalSet([Signal.pipe]))
    return try await CRIClient.connected(to: socket ?? DaemonSettings().socket, body)
  }
}

/// Runs the pod of a manifest.
struct RunPodCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run-pod", abstract: "Run the pod of a Kubernetes manifest.",
    discussion: """
      FILE is a manifest of kind Pod in YAML or JSON; - reads it from standard input. What it says and this daemon alone
      cannot do (probes, secrets, restarts) is refused, but for restartPolicy: nothing is started again.
      """)

  @OptionGroup var service: ServiceOptions
  @Argument(help: "The manifest.") var file: String

  func run() async throws {
    guard let handle = file == "-" ? .standardInput : FileHandle(forReadingAtPath: file) else {
      throw ClientError("the manifest '\(file)' cannot be opened")
    }
    guard let text = String(data: try handle.readToEnd() ?? Data(), encoding: .utf8) else {
      throw ClientError("the manifest '\(file)' is not UTF-8")
    }
    let manifest = try PodManifest(parsing: text)
    let (id, addresses) = try await service.connected { client in
      try await PodRunner(client, manifest) { FileHandle.standardError.write(Data(($0 + "\n").utf8)) }.run()
    }
    print(([id] + addresses).joined(separator: " "))
  }
}

/// Lists pods and their containers.
struct ListPodsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "ps", abstract: "List pods and their containers.")

  @OptionGroup var service: ServiceOptions
  @Flag(name: [.customShort("a"), .long], help: "Those that have ended, too.") var all = false
  @Flag(name: [.customShort("q"), .long], help: "The ids of pods alone.") var quiet = false

  func run() async throws {
    let (pods, containers) = try await service.connected { (try await $0.pods(), try await $0.containers()) }
    let shown = pods.filter { all || $0.isReady }
    if quiet {
      for pod in shown { print(pod.id) }
      return
    }
    var rows = [["POD", "ID", "CONTAINER", "STATE", "IMAGE", "AGE"]]
    for pod in shown {
      let own = containers.filter { $0.podID == pod.id && (all || $0.state == "running") }
      if own.isEmpty {
        let state = pod.isReady ? "ready" : "not ready"
        rows.append([pod.fullName, String(pod.id.prefix(13)), "-", state, "-", Age(pod.created).text])
      }
      for container in own {
        rows.append([
          pod.fullName, String(pod.id.prefix(13)), container.name, container.state, container.image,
          Age(container.created).text,
        ])
      }
    }
    print(Table(rows).text, terminator: "")
  }
}

/// Stops pods.
struct StopPodCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stop", abstract: "Stop pods: their programs are asked to end, then killed.")

  @OptionGroup var service: ServiceOptions
  @Option(name: [.customShort("t"), .long], help: "Seconds that programs have to end.") var timeout: Int64 = 10
  @Argument(help: "Names, NAMESPACE/NAME, or beginnings of ids.") var pods: [String]

  func validate() throws {
    if !(0...86400).contains(timeout) { throw ValidationError("--timeout: expected 0 to 86400") }
    if pods.isEmpty { throw ValidationError("no pod is named") }
  }

  func run() async throws {
    let (pods, timeout) = (pods, timeout)
    try await service.connected { client in
      for name in pods { try await client.stop(try await client.pod(named: name), graceSeconds: timeout) }
    }
  }
}

/// Removes pods.
struct RemovePodCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rm", abstract: "Remove pods with their containers and the volumes that live as long as they do.")

  @OptionGroup var service: ServiceOptions
  @Flag(name: [.customShort("f"), .long], help: "Those that still run, too; what is not there is no error.")
  var force = false
  @Argument(help: "Names, NAMESPACE/NAME, or beginnings of ids.") var pods: [String]

  func run() async throws {
    let (pods, force) = (pods, force)
    try await service.connected { client in
      for name in pods {
        let pod: ListedPod
        do { pod = try await client.pod(named: name) } catch let error as ClientError {
          if force && error.message.hasPrefix("there is no pod") { continue }
          throw error
        }
        let isRunning = try await client.containers(of: pod.id).contains { $0.state == "running" }
        if isRunning && !force { throw ClientError("pod '\(pod.fullName)' is running; stop it, or use --force") }
        try await client.stop(pod, graceSeconds: 0)
        try await client.remove(pod)
      }
    }
  }
}
