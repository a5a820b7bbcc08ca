// A network: a list of plugins with a name.

/// A network: what a file of the configuration folder describes.
public struct NetworkList: Equatable, Sendable {
  public let name: String
  /// Those that both the file and this client speak, oldest first; never empty.
  public let versions: [CNIVersion]
  public let disablesCheck: Bool
  public let disablesGarbageCollection: Bool
  /// Whether plugins may also lie in a folder of the network's name beside the file (specification 1.1.0).
  let takesPluginFolder: Bool
  public internal(set) var plugins: [PluginConfiguration]
  /// Where it was read.
  public let file: String

  /// Reads a list of plugins, or a single plugin's configuration as a list of one.
  init(_ document: JSONValue, file: String) throws(NetworkError) {
    guard document.members != nil else {
      throw NetworkError(.configuration, "\(file): expected an object, found \(document.kindName)")
    }
    guard let name = document["name"]?.text else {
      throw NetworkError(.configuration, "\(file): name: expected the name of the network")
    }
    guard NetworkName.isIdentifier(name) else {
      throw NetworkError(.configuration, "\(file): name: '\(name)' may hold letters, digits, '_', '.' and '-' only")
    }
    self.name = name
    self.file = file
    versions = try Self.versions(document, file)
    disablesCheck = try Self.flag("disableCheck", document, file)
    disablesGarbageCollection = try Self.flag("disableGC", document, file)
    let isSingle = document["plugins"] == nil && document["type"] != nil
    let isClosed = try Self.flag("loadOnlyInlinedPlugins", document, file)
    takesPluginFolder = !isSingle && !isClosed
    plugins = []
    if isSingle {
      plugins = [try PluginConfiguration(document, place: file)]
    } else if let given = document["plugins"] {
      guard let list = given.list else {
        throw NetworkError(.configuration, "\(file): plugins: expected a list, found \(given.kindName)")
      }
      for (index, plugin) in list.enumerated() {
        plugins.append(try PluginConfiguration(plugin, place: "\(file): plugins[\(index)]"))
      }
    }
    if plugins.isEmpty && !takesPluginFolder { throw NetworkError(.configuration, "\(file): plugins: there is none") }
  }

  /// The versions of `cniVersions` and `cniVersion`; without either it is a configuration of 0.1.0.
  private static func versions(_ document: JSONValue, _ file: String) throws(NetworkError) -> [CNIVersion] {
    var texts: [JSONValue] = []
    if let one = document["cniVersion"], one != .string("") { texts.append(one) }
    if let many = document["cniVersions"] {
      guard let list = many.list else {
        throw NetworkError(.configuration, "\(file): cniVersions: expected a list, found \(many.kindName)")
      }
      texts += list
    }
    if texts.isEmpty { texts = ["0.1.0"] }
    var versions: Set<CNIVersion> = []
    for text in texts {
      guard let version = text.text.flatMap(CNIVersion.init) else {
        throw NetworkError(.configuration, "\(file): cniVersion: \(Self.shown(text)) is no version")
      }
      versions.insert(version)
    }
    let spoken = CNIVersion.spoken.filter(versions.contains)
    if spoken.isEmpty {
      let asked = versions.sorted().map(\.description).joined(separator: ", ")
      throw NetworkError(
        .configuration, "\(file): cniVersion: \(asked) is not supported, up to \(CNIVersion.v110) is")
    }
    return spoken
  }

  private static func shown(_ value: JSONValue) -> String { value.text.map { "'\($0)'" } ?? value.kindName }

  /// A truth value, which may be written as a text.
  private static func flag(_ name: String, _ document: JSONValue, _ file: String) throws(NetworkError) -> Bool {
    guard let value = document[name] else { return false }
    if let flag = value.boolean { return flag }
    switch value.text?.lowercased() {
    case "true": return true
    case "false": return false
    default: throw NetworkError(.configuration, "\(file): \(name): expected true or false, found \(value.kindName)")
    }
  }

  /// What is kept with an attachment: enough to detach when the file is gone or says something else.
  func document(_ version: CNIVersion) -> JSONValue {
    [
      "cniVersion": .string(version.description), "name": .string(name), "disableCheck": .boolean(disablesCheck),
      "disableGC": .boolean(disablesGarbageCollection), "loadOnlyInlinedPlugins": true,
      "plugins": .list(plugins.map(\.document)),
    ]
  }
}
