// The archives that images are carried about in.

internal import Linux
internal import OCI

/// The archives that images are carried about in.
public enum ArchiveFormat: String, CaseIterable, Sendable {
  /// What `docker save` writes: configurations, uncompressed layers, and a list of them.
  case docker = "docker-archive"
  /// A folder of the OCI's layout, with every blob as it came.
  case layout = "oci-archive"
}

/// Where an archive is written to, or read from.
public enum ArchivePlace: Equatable, Sendable {
  case file(String)
  case standardStream

  /// The file to read, or the standard input.
  func openForReading() throws(ImageError) -> Descriptor {
    try attempting("opening the archive") { () throws(SystemCallError) in
      switch self {
      case .file(let path): try Descriptor.workingDirectory.open(path, .readOnly)
      case .standardStream: try StandardStream.input.duplicate()
      }
    }
  }
}

/// The entry of an archive of `docker save` for one image.
struct DockerArchiveEntry: JSONObject {
  /// The name of a file in the archive, as are the layers'.
  var configuration = ""
  var names: [String] = []
  var layers: [String] = []

  mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("Config", &configuration, .required)
    try json.field("RepoTags", &names, .always)
    try json.field("Layers", &layers, .always)
  }
}
