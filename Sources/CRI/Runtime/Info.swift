// What is told to those who ask for all of it: JSON that `crictl inspect` and scripts on nodes read.

internal import Foundation
internal import Pods

/// A JSON document of values that are their own JSON already, or plain ones.
private func document(_ values: [String: Any]) -> String {
  let options: JSONSerialization.WritingOptions = [.sortedKeys, .withoutEscapingSlashes]
  guard let data = try? JSONSerialization.data(withJSONObject: values, options: options) else { return "{}" }
  return String(decoding: data, as: UTF8.self)
}

private func object(_ value: some Encodable) -> Any {
  (try? JSONSerialization.jsonObject(with: JSONEncoder().encode(value))) ?? [:]
}

/// About a pod.
struct PodInfo {
  let text: String

  init(_ pod: PodRecord, _ node: Node) {
    var values: [String: Any] = [
      "config": object(pod.configuration), "runtimeHandler": pod.configuration.runtimeHandler,
    ]
    values["pid"] = pod.infra.map { Int($0.pid) } ?? 0
    values["networkNamespace"] = pod.networkNamespace ?? ""
    values["hostname"] = pod.hostname
    if let resources = pod.resources { values["resources"] = object(resources) }
    if let overhead = pod.overhead { values["overhead"] = object(overhead) }
    if let holder = node.gates.holder(pod.id) { values["operation"] = "\(holder.operation): \(holder.stage)" }
    text = document(values)
  }
}

/// About a container.
struct ContainerInfo {
  private let record: ContainerRecord
  private let node: Node

  init(_ record: ContainerRecord, _ node: Node) {
    self.record = record
    self.node = node
  }

  func text() async throws -> String {
    var values: [String: Any] = [
      "sandboxID": record.podID, "config": object(record.configuration),
      "privileged": record.configuration.security.isPrivileged,
    ]
    values["pid"] = record.isAlive ? record.process.map { Int($0.pid) } ?? 0 : 0
    if let spec = await node.runtimeSpec(of: record) {
      values["runtimeSpec"] = try JSONSerialization.jsonObject(with: Data(spec))
    }
    if let holder = node.gates.holder(record.id) { values["operation"] = "\(holder.operation): \(holder.stage)" }
    return document(values)
  }
}

/// About the daemon.
struct ServiceInfo {
  private let node: Node
  private let version: String

  init(_ node: Node, _ version: String) {
    self.node = node
    self.version = version
  }

  func text() throws -> String {
    let settings = node.settings
    return document([
      "version": version, "root": settings.root, "runRoot": settings.runRoot, "imageRoot": settings.imageRoot,
      "defaultRuntimeHandler": settings.defaultHandler, "monitor": settings.monitor,
      "runtimeHandlers": settings.handlers.mapValues(\.path),
      "cgroupDriver": settings.usesSystemdCgroups ? "systemd" : "cgroupfs",
    ])
  }
}

/// About an image.
struct ImageInfo {
  let text: String

  /// - Parameter configuration: the image's own document.
  init(_ configuration: [UInt8]) {
    let image = (try? JSONSerialization.jsonObject(with: Data(configuration))) ?? [:]
    text = document(["imageSpec": image])
  }
}
