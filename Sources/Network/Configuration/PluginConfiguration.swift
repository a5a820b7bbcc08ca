// One plugin of a network, as its configuration has it.

/// One plugin of a network: its type, and everything that its configuration says, known or not.
public struct PluginConfiguration: Equatable, Sendable {
  public let type: String
  /// The names of the capability arguments that it takes.
  public let capabilities: Set<String>
  let document: JSONValue

  /// - Parameter place: the file and the field, for messages.
  init(_ document: JSONValue, place: String) throws(NetworkError) {
    guard document.members != nil else {
      throw NetworkError(.configuration, "\(place): expected an object, found \(document.kindName)")
    }
    guard let type = document["type"]?.text, !type.isEmpty else {
      throw NetworkError(.configuration, "\(place): type: expected the name of a plugin")
    }
    try Self.check(type, "\(place): type")
    // A plugin looks for its address management in the same folders.
    if let nested = document["ipam"]?["type"]?.text, !nested.isEmpty { try Self.check(nested, "\(place): ipam.type") }
    var capabilities: Set<String> = []
    if let given = document["capabilities"], given != .null {
      guard let members = given.members else {
        throw NetworkError(.configuration, "\(place): capabilities: expected an object, found \(given.kindName)")
      }
      for member in members where member.value.boolean == true { capabilities.insert(member.name) }
    }
    self.type = type
    self.capabilities = capabilities
    self.document = document
  }

  private static func check(_ type: String, _ place: String) throws(NetworkError) {
    if !NetworkName.isPlugin(type) {
      throw NetworkError(.configuration, "\(place): '\(type)' is not the plain name of a file")
    }
  }
}
