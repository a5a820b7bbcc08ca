// What is known about an attachment after this process.

/// An attachment with the network as it was when it was made, and the result once there is one.
struct AttachmentRecord: Equatable, Sendable {
  var attachment: NetworkAttachment
  var network: NetworkList
  var version: CNIVersion
  /// Nil before the plugins have answered: whatever they have done by then is to be undone.
  var result: NetworkResult?

  private static let kind = "apus-attachment-1"

  init(attachment: NetworkAttachment, network: NetworkList, version: CNIVersion, result: NetworkResult? = nil) {
    self.attachment = attachment
    self.network = network
    self.version = version
    self.result = result
  }

  var document: JSONValue {
    var value: JSONValue = [
      "kind": .string(Self.kind), "containerId": .string(attachment.containerID),
      "ifName": .string(attachment.interface), "netns": .string(attachment.namespace),
      "cniArgs": .object(attachment.arguments), "capabilityArgs": attachment.capabilities,
      "networkName": .string(network.name), "config": network.document(version),
    ]
    value["result"] = result?.document
    return value
  }

  init(_ document: JSONValue, file: String) throws(NetworkError) {
    guard document["kind"]?.text == Self.kind, let containerID = document["containerId"]?.text,
      let interface = document["ifName"]?.text, let namespace = document["netns"]?.text,
      let arguments = document["cniArgs"]?.members, let capabilities = document["capabilityArgs"],
      let config = document["config"], let version = config["cniVersion"]?.text.flatMap(CNIVersion.init)
    else { throw NetworkError(.configuration, "\(file): not a record of an attachment") }
    attachment = NetworkAttachment(
      containerID: containerID, interface: interface, namespace: namespace, arguments: arguments,
      capabilities: capabilities)
    network = try NetworkList(config, file: file)
    self.version = version
    result = nil
    if let answer = document["result"] { result = try NetworkResult(answer, version: version, plugin: file) }
  }
}
