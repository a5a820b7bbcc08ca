// Who may import whom: the arrows of the architecture, as a table.

/// The modules that the Swift files of each folder under Sources may import.
enum ImportTable {
  static let allowed: [String: Set<String>] = [
    "Linux": ["CShims"],
    "OCI": [],
    "Runtime": ["Linux", "OCI"],
    "Monitor": ["Linux", "OCI"],
    "Codecs": ["CCodecs"],
    "Images": [
      "CDatabase", "Codecs", "Linux", "OCI", "AsyncHTTPClient", "Crypto", "Dispatch", "Foundation", "GRDB", "NIOCore",
      "NIOHTTP1",
      "NIOPosix", "NIOSSL", "Synchronization",
    ],
    "Network": ["Linux", "Dispatch", "Foundation", "Synchronization"],
    "Pods": [
      "ContainerNetwork", "Images", "Linux", "OCI", "Foundation", "Dispatch", "GRDB", "Synchronization", "Yams",
    ],
    "CRI": [
      "CRIProtocol", "Images", "Linux", "Manifest", "OCI", "Pods", "Streaming", "Foundation", "GRPCCore",
      "GRPCNIOTransportHTTP2Posix", "GRPCProtobuf", "NIOPosix", "SwiftProtobuf",
    ],
    "Streaming": [
      "Codecs", "Linux", "Foundation", "NIOCore", "NIOHTTP1", "NIOPosix", "NIOSSL", "NIOWebSocket", "Synchronization",
    ],
    "apus": ["ContainerRuntime", "Linux"],
    "apus-extra": ["ContainerRuntime", "Linux"],
    "ImageCommands": ["Images", "Linux", "OCI", "ArgumentParser", "Foundation", "Synchronization"],
    "apus-image": ["ImageCommands", "Images", "Foundation"],
    "apusd": [
      "ContainerNetwork", "CRI", "ImageCommands", "Images", "Linux", "Manifest", "Pods", "Streaming", "ArgumentParser",
      "Dispatch", "Foundation", "Logging", "Synchronization", "TOMLKit",
    ],
    "Manifest": ["Yams"],
    "apus-monitor": ["ContainerMonitor", "Linux"],
    "Pause": ["Linux", "OCI"],
    "apus-pause": ["Linux", "Pause"],
  ]

  /// The folders where the word `unsafe` may stand: the layers over libc and over the decompressors, and the entry
  /// points that receive argv.
  static let unsafeFolders: Set = ["Linux", "Codecs", "apus", "apus-extra", "apus-monitor", "apus-pause"]

  /// The module that a line of code imports, if it does.
  static func module(in tokens: [Token]) -> String? {
    guard let keyword = tokens.firstIndex(where: { $0.text == "import" }) else { return nil }
    let kinds: Set = ["struct", "class", "enum", "protocol", "typealias", "func", "var", "let"]
    return tokens[(keyword + 1)...].first { !kinds.contains($0.text) }?.text
  }
}
