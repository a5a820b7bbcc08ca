// Commands that write images into archives, and read them.

internal import ArgumentParser
internal import Foundation
internal import Images
internal import OCI

/// Writes images into an archive.
struct SaveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "save", abstract: "Write images into an archive, on the standard output or into a file.",
    discussion: """
      An image asked for by a name keeps this name, one asked for by its id gets none. oci-archive holds the very blobs
      that were pulled, docker-archive the layers without compression.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case docker = "docker-archive"
    case layout = "oci-archive"
  }

  @OptionGroup var store: StoreFolder

  @Option(help: "The form of the archive.")
  var format = Format.docker

  @Option(name: [.short, .long], help: "The file to write.")
  var output: String?

  @Argument(help: "Names or ids.")
  var images: [String]

  func run() async throws {
    if output == nil, isatty(STDOUT_FILENO) != 0 {
      throw ValidationError("an archive is nothing for a terminal: write -o FILE, or send the output elsewhere")
    }
    let place = output.map(ArchivePlace.file) ?? .standardStream
    try Save(from: try store.open(), as: format == .docker ? .docker : .layout).run(images, to: place)
  }
}

/// Brings the images of an archive into the store.
struct LoadCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "load", abstract: "Bring the images of an archive into the store, with their names.",
    discussion: """
      The archive comes from the standard input or a file: of 'docker save' or 'podman save', or of a folder of the \
      OCI's layout; compressed or not.
      """)

  @OptionGroup var store: StoreOptions

  @Option(name: [.short, .long], help: "The file to read.")
  var input: String?

  @Option(help: "The platform to choose, such as linux/arm64/v8.")
  var platform: String?

  func run() async throws {
    if input == nil, isatty(STDIN_FILENO) != 0 {
      throw ValidationError("an archive is expected on the standard input: write -i FILE, or send it there")
    }
    let opened = try store.open()
    var load = Load(into: opened)
    if let platform { load.platform = try Platform(platform) }
    let loaded = try await load.run(from: input.map(ArchivePlace.file) ?? .standardStream)
    if store.printsJSON {
      Output.write(LoadReport.encoded(list: loaded.map(LoadReport.init), .twoSpaces))
    } else {
      for one in loaded {
        for name in one.names.isEmpty ? [one.image.id.description] : one.names { print("Loaded image: \(name)") }
      }
    }
    // Said after the images are usable: a power cut before it costs a load, not an image.
    try opened.settle()
  }
}
