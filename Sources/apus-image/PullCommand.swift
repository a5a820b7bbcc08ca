// `apus-image pull`: brings an image into the store.

import ArgumentParser
import Images
import OCI

/// Brings an image into the store.
struct PullCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pull", abstract: "Bring an image into the store.",
    discussion: """
      SOURCE is oci:FOLDER[:TAG] or oci-archive:FILE[:TAG] of the OCI's layout, docker-archive:FILE[:NAME] of
      'docker save', or dir:FOLDER.
      """)

  @OptionGroup var store: StoreOptions

  @Argument(help: "Where the image comes from.")
  var source: String

  @Option(name: .long, help: "What the image is called in the store.")
  var name: String?

  @Option(help: "The platform to choose, such as linux/arm64/v8.")
  var platform: String?

  @Option(help: "How many layers are fetched at once.")
  var parallel = 3

  func run() async throws {
    let place = try SourceName(source)
    let opened = try store.open()
    var pull = Pull(from: try place.open(for: opened), into: opened)
    if let platform { pull.platform = try Platform(platform) }
    pull.parallelLayers = parallel
    if !store.printsJSON { pull.report = Progress.report }
    let image = try await pull.run(place.target, named: try name.map { try Reference($0) })
    if store.printsJSON {
      Output.write(ImageSummary(image).encoded(.twoSpaces))
    } else {
      print(image.id)
    }
    // Said after the image is usable: a power cut before it costs a pull, not an image.
    try opened.settle()
  }
}
