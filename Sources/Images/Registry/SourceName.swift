// A source of images as people write it.

/// A source of images as people write it: a transport, a path, and perhaps which image of several.
public struct SourceName: Equatable, Sendable {
  public enum Transport: String, CaseIterable, Sendable {
    case layout = "oci"
    case layoutArchive = "oci-archive"
    case dockerArchive = "docker-archive"
    case directory = "dir"
  }

  public let transport: Transport
  public let path: String
  /// A tag of a layout, a name of Docker's archive.
  public let target: String?

  public init(_ text: String) throws(ImageError) {
    guard let colon = text.firstIndex(of: ":"), let transport = Transport(rawValue: String(text[..<colon])) else {
      let known = Transport.allCases.map { $0.rawValue + ":" }.joined(separator: " ")
      throw ImageError(.invalidInput, "'\(text.shortened)' begins with none of: \(known)")
    }
    let rest = text[text.index(after: colon)...]
    let parts = rest.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let path = parts.first, !path.isEmpty else {
      throw ImageError(.invalidInput, "'\(text.shortened)' names no path")
    }
    self.transport = transport
    // A plain folder holds one image, and its path may have colons.
    self.path = transport == .directory ? String(rest) : String(path)
    target = transport == .directory || parts.count < 2 ? nil : String(parts[1])
  }

  /// Whether a text begins as one of the transports does; else it is the name of an image.
  public static func hasTransport(_ text: String) -> Bool {
    Transport.allCases.contains { text.hasPrefix($0.rawValue + ":") }
  }

  /// Opens the source; archives are unpacked into the store's staging.
  public func open(for store: Store, _ unpacking: LayerUnpacking = .thisProgram) throws(ImageError) -> any ImageSource {
    switch transport {
    case .layout: try LayoutSource(path: path)
    case .layoutArchive, .dockerArchive:
      try ArchiveSource(path: path, isDocker: transport == .dockerArchive, in: store, unpacking)
    case .directory: try DirectorySource(path: path)
    }
  }
}
