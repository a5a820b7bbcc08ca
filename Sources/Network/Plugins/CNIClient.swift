// The operations of a network on a container (CNI specification 1.1.0, section 3).

import Linux

/// Attaches containers to networks by executing plugins. Every call blocks its thread until the plugins have ended; the
/// caller sees to it that a container has one at a time.
struct CNIClient: Sendable {
  let runner: PluginRunner
  let cache: AttachmentCache

  /// Attaches: every plugin in turn, each with the result of the one before. A failure undoes what was done.
  func add(_ attachment: NetworkAttachment, to network: NetworkList, _ version: CNIVersion) throws(NetworkError)
    -> NetworkResult
  {
    let key = AttachmentCache.Key(
      network: network.name, containerID: attachment.containerID, interface: attachment.interface)
    // Never two of them without a DEL between: what is remembered is undone first.
    if try cache.keys(of: attachment.containerID).contains(key) { _ = try delete(key, current: network) }
    var record = AttachmentRecord(attachment: attachment, network: network, version: version)
    try cache.store(record)
    do {
      for plugin in network.plugins { record.result = try add(plugin, record) }
      try cache.store(record)
    } catch {
      undo(record, key)
      throw error
    }
    // The list has at least one plugin, and each gave a result.
    return record.result!
  }

  private func add(_ plugin: PluginConfiguration, _ record: AttachmentRecord) throws(NetworkError) -> NetworkResult {
    let previous = record.version.hasPreviousResult ? record.result?.document : nil
    let answer = try runner.run(call(.add, plugin, record, previous: previous))
    // A plugin in the middle of a list may have nothing to add.
    if answer.allSatisfy({ $0 == 0x20 || $0 == 0xa }), let result = record.result { return result }
    return try NetworkResult(parsing: answer, version: record.version, plugin: plugin.type)
  }

  /// After a failed ADD every plugin gets a DEL, those that were never asked included. What cannot be undone now stays
  /// remembered, for the next DEL or the collection of garbage.
  private func undo(_ record: AttachmentRecord, _ key: AttachmentCache.Key) {
    let failures = delete(record)
    if failures.isEmpty { try? cache.remove(key) } else { try? cache.store(record) }
  }

  /// Detaches what is remembered, in the order of the plugins turned round.
  /// - Parameter current: the network as it is now, for an attachment whose record cannot be read.
  /// - Returns: what could not be done since a plugin is gone.
  func delete(_ key: AttachmentCache.Key, current: NetworkList?) throws(NetworkError) -> [String] {
    let record: AttachmentRecord
    do {
      record = try cache.load(key)
    } catch {
      guard let network = current else { throw error }
      let attachment = NetworkAttachment(
        containerID: key.containerID, interface: key.interface, namespace: "", arguments: [], capabilities: [:])
      record = AttachmentRecord(attachment: attachment, network: network, version: network.versions.last ?? .v100)
    }
    let failures = delete(record)
    if let first = failures.first(where: { $0.kind != .notReady }) { throw first }
    try cache.remove(key)
    return failures.map(\.message)
  }

  /// Goes on after a failure; a plugin that is gone has the kind `notReady`.
  private func delete(_ record: AttachmentRecord) -> [NetworkError] {
    var failures: [NetworkError] = []
    let previous = record.version.hasPreviousResultForDelete ? record.result?.document : nil
    for plugin in record.network.plugins.reversed() {
      do {
        _ = try runner.run(call(.delete, plugin, record, previous: previous))
      } catch {
        failures.append(error)
      }
    }
    return failures
  }

  /// Asks every plugin whether an attachment is as it was made.
  func check(_ key: AttachmentCache.Key) throws(NetworkError) {
    let record = try cache.load(key)
    guard record.version.hasCheck, !record.network.disablesCheck else { return }
    guard let result = record.result else {
      throw NetworkError(.request, "container '\(key.containerID)' is not attached to network '\(key.network)'")
    }
    for plugin in record.network.plugins {
      _ = try runner.run(call(.check, plugin, record, previous: result.document))
    }
  }

  /// Lets every plugin free what belongs to none of the attachments.
  /// - Returns: the failures of single plugins, none of which keeps the others from their turn.
  func collectGarbage(_ network: NetworkList, _ version: CNIVersion) throws(NetworkError) -> [NetworkError] {
    guard version.hasGarbageCollection, !network.disablesGarbageCollection else { return [] }
    let valid = try cache.keys().filter { $0.network == network.name }.map { key -> JSONValue in
      ["containerID": .string(key.containerID), "ifname": .string(key.interface)]
    }
    var failures: [NetworkError] = []
    for plugin in network.plugins {
      var input = configuration(plugin, network, version)
      input["cni.dev/valid-attachments"] = .list(valid)
      do {
        _ = try runner.run(PluginCall(type: plugin.type, command: .garbageCollection, input: input))
      } catch {
        failures.append(error)
      }
    }
    return failures
  }

  /// Asks every plugin whether it can attach anything now.
  func status(_ network: NetworkList, _ version: CNIVersion) throws(NetworkError) {
    guard version.hasStatus else { return }
    for plugin in network.plugins {
      let input = configuration(plugin, network, version)
      _ = try runner.run(PluginCall(type: plugin.type, command: .status, input: input))
    }
  }

  private func call(
    _ command: PluginCommand, _ plugin: PluginConfiguration, _ record: AttachmentRecord, previous: JSONValue?
  ) -> PluginCall {
    var input = configuration(plugin, record.network, record.version)
    let known = record.attachment.capabilities.members ?? []
    let given = known.filter { plugin.capabilities.contains($0.name) }
    if !given.isEmpty { input["runtimeConfig"] = .object(given) }
    input["prevResult"] = previous
    let attachment = record.attachment
    let isGone = command == .delete && !NetworkNamespace(attachment.namespace).isThere
    return PluginCall(
      type: plugin.type, command: command, input: input, containerID: attachment.containerID,
      namespace: isGone ? "" : attachment.namespace, interface: attachment.interface,
      arguments: attachment.argumentText)
  }

  /// What a plugin reads: its part of the file with the network's name and version in it.
  private func configuration(
    _ plugin: PluginConfiguration, _ network: NetworkList, _ version: CNIVersion
  ) -> JSONValue {
    var document = plugin.document
    document["name"] = .string(network.name)
    document["cniVersion"] = .string(version.description)
    document["capabilities"] = nil
    document["runtimeConfig"] = nil
    document["prevResult"] = nil
    return document
  }
}
