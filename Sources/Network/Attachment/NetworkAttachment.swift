// A container's attachment to a network: what plugins are told of it.

/// A container's attachment to a network.
public struct NetworkAttachment: Equatable, Sendable {
  public let containerID: String
  public let interface: String
  /// The path of the network namespace.
  public let namespace: String
  /// CNI_ARGS, in order.
  let arguments: [JSONValue.Member]
  /// By the name of the capability.
  let capabilities: JSONValue

  init(
    containerID: String, interface: String, namespace: String, arguments: [(String, String)],
    capabilities: CapabilityArguments
  ) throws(NetworkError) {
    guard NetworkName.isIdentifier(containerID) else {
      throw NetworkError(.request, "container '\(containerID)': no such name is allowed")
    }
    guard NetworkName.isInterface(interface) else {
      throw NetworkError(.request, "interface '\(interface)': no such name is allowed")
    }
    // A semicolon in a value would begin another argument.
    for (name, value) in arguments where (name + value).utf8.contains(where: { $0 < 0x20 || $0 == 0x3b }) {
      throw NetworkError(.request, "container '\(containerID)': '\(name)' may hold no semicolon or control character")
    }
    self.containerID = containerID
    self.interface = interface
    self.namespace = namespace
    self.arguments = arguments.map { JSONValue.Member($0.0, .string($0.1)) }
    self.capabilities = capabilities.document
  }

  init(
    containerID: String, interface: String, namespace: String, arguments: [JSONValue.Member], capabilities: JSONValue
  ) {
    self.containerID = containerID
    self.interface = interface
    self.namespace = namespace
    self.arguments = arguments
    self.capabilities = capabilities
  }

  /// As plugins read it.
  var argumentText: String {
    arguments.map { $0.name + "=" + ($0.value.text ?? "") }.joined(separator: ";")
  }
}
