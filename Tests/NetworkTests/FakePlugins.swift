// Plugins that note how they were called, and answer as a test wants.

import Foundation
import Testing

@testable import ContainerNetwork

/// A folder with plugins that are shell scripts, a configuration folder and a cache; removed at its end.
final class FakePlugins {
  let folder: String

  init(_ names: String...) throws {
    folder = FileManager.default.temporaryDirectory.path(percentEncoded: false) + "/network-\(UUID().uuidString)"
    for name in ["bin", "net.d", "log"] {
      try FileManager.default.createDirectory(atPath: folder + "/" + name, withIntermediateDirectories: true)
    }
    for name in names { try addPlugin(name) }
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// Notes its call, then does what `behave` wrote for it.
  func addPlugin(_ name: String) throws {
    let script = """
      #!/bin/sh
      log='\(folder)/log'
      me=$(basename "$0")
      echo "$CNI_COMMAND $me" >>"$log/calls"
      cat >"$log/$me.$CNI_COMMAND.json"
      env >"$log/$me.$CNI_COMMAND.env"
      if [ -e "$log/$me.$CNI_COMMAND.sh" ]; then . "$log/$me.$CNI_COMMAND.sh"; fi
      case "$CNI_COMMAND" in
      ADD) echo '{"cniVersion":"1.0.0","ips":[{"address":"10.1.2.3/24"}],"by":"'"$me"'"}' ;;
      VERSION) echo '{"cniVersion":"1.1.0","supportedVersions":["0.3.1","0.4.0","1.0.0","1.1.0"]}' ;;
      esac
      """
    try write("bin/" + name, script, mode: 0o755)
  }

  /// What a plugin does at a command, before or in place of what it does otherwise.
  func behave(_ name: String, _ command: PluginCommand, _ script: String) throws {
    try write("log/\(name).\(command.rawValue).sh", script + "\n")
  }

  func write(_ name: String, _ text: String, mode: Int = 0o644) throws {
    try Data(text.utf8).write(to: URL(filePath: folder + "/" + name), options: .atomic)
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: folder + "/" + name)
  }

  func read(_ name: String) throws -> String { try String(contentsOfFile: folder + "/" + name, encoding: .utf8) }

  /// The calls by now, such as `ADD bridge`.
  var calls: [String] { ((try? read("log/calls")) ?? "").split(separator: "\n").map(String.init) }

  func forgetCalls() throws { try? FileManager.default.removeItem(atPath: folder + "/log/calls") }

  /// What a plugin read at its last call of a command.
  func input(_ name: String, _ command: PluginCommand) throws -> JSONValue {
    try JSONValue(parsing: [UInt8](read("log/\(name).\(command.rawValue).json").utf8))
  }

  /// The CNI variables of a plugin's last call of a command, and PATH.
  func variables(_ name: String, _ command: PluginCommand) throws -> [String: String] {
    var list: [String: String] = [:]
    for line in try read("log/\(name).\(command.rawValue).env").split(separator: "\n") {
      let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      if !["PWD", "OLDPWD", "_", "SHLVL"].contains(parts[0]) { list[parts[0]] = parts.count > 1 ? parts[1] : "" }
    }
    return list
  }

  var settings: NetworkSettings {
    var settings = NetworkSettings()
    settings.configurationFolder = folder + "/net.d"
    settings.pluginFolders = [folder + "/bin"]
    settings.cacheFolder = folder + "/cache"
    settings.pluginTimeLimitSeconds = 10
    return settings
  }

  func client(timeLimitMilliseconds: Int64 = 10_000) -> CNIClient {
    CNIClient(
      runner: PluginRunner(
        folders: PluginFolders([folder + "/bin"]), environment: ["PATH=/usr/bin:/bin"],
        timeLimitMilliseconds: timeLimitMilliseconds),
      cache: AttachmentCache(path: folder + "/cache"))
  }

  var cachedFiles: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder + "/cache")) ?? []).sorted()
  }
}

/// A list of those plugins.
func network(_ text: String) throws -> NetworkList {
  try NetworkList(try JSONValue(parsing: [UInt8](text.utf8)), file: "test.conflist")
}

func list(_ version: String, _ plugins: String..., more: String = "") throws -> NetworkList {
  let types = plugins.map { "{\"type\":\"\($0)\"}" }.joined(separator: ",")
  return try network("{\"cniVersion\":\"\(version)\",\"name\":\"pods\",\"plugins\":[\(types)]\(more)}")
}

func attachment(
  _ id: String = "pod1", _ capabilities: CapabilityArguments = CapabilityArguments()
) throws -> NetworkAttachment {
  try NetworkAttachment(
    containerID: id, interface: "eth0", namespace: "/nowhere/netns", arguments: [("IgnoreUnknown", "1"), ("A", "b")],
    capabilities: capabilities)
}

/// What an operation throws.
func failure(_ body: () throws -> Void) -> NetworkError? {
  do {
    try body()
    return nil
  } catch {
    return error as? NetworkError
  }
}
