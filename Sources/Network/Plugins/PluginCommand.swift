// What a plugin is asked to do (CNI specification 1.1.0, section 2).

/// The operations of plugins.
public enum PluginCommand: String, Sendable {
  case add = "ADD"
  case delete = "DEL"
  case check = "CHECK"
  case garbageCollection = "GC"
  case status = "STATUS"
  case version = "VERSION"
}

/// One call of a plugin: its environment and what it reads.
struct PluginCall: Sendable {
  let type: String
  let command: PluginCommand
  let input: JSONValue
  var containerID = ""
  /// The path of the namespace; empty when it is gone.
  var namespace = ""
  var interface = ""
  var arguments = ""
}

extension PluginCall {
  func environment(_ folders: PluginFolders, _ common: [String]) -> [String] {
    var list = common + ["CNI_COMMAND=" + command.rawValue, "CNI_PATH=" + folders.paths.joined(separator: ":")]
    if !containerID.isEmpty { list.append("CNI_CONTAINERID=" + containerID) }
    if !interface.isEmpty { list.append("CNI_IFNAME=" + interface) }
    // GC, STATUS and VERSION are about no container. For DEL an empty one says that it is gone.
    if [.add, .delete, .check].contains(command) { list.append("CNI_NETNS=" + namespace) }
    if !arguments.isEmpty { list.append("CNI_ARGS=" + arguments) }
    return list
  }
}
