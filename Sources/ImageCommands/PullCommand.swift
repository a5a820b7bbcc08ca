// `apus-image pull`: brings an image into the store.

internal import ArgumentParser
internal import Images
internal import OCI

/// Brings an image into the store.
struct PullCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pull", abstract: "Bring an image into the store.",
    discussion: """
      SOURCE is the name of an image with its registry, such as docker.io/library/debian:12 (docker:// before it is
      allowed); or oci:FOLDER[:TAG] or oci-archive:FILE[:TAG] of the OCI's layout, docker-archive:FILE[:NAME] of
      'docker save', or dir:FOLDER.
      """)

  @OptionGroup var store: StoreOptions

  @OptionGroup var registry: RegistryFlags

  @Argument(help: "Where the image comes from.")
  var source: String

  @Option(name: .long, help: "What the image is called in the store; its name in the registry when missing.")
  var name: String?

  @Option(help: "The platform to choose, such as linux/arm64/v8.")
  var platform: String?

  @Option(help: ArgumentHelp("The credentials for the registry.", valueName: "user[:password]"))
  var creds: String?

  @Option(help: "How many layers are fetched at once.")
  var parallel = 3

  func run() async throws {
    let opened = try store.open()
    let name = try name.map { try Reference($0) }
    let image: ImageRecord
    if SourceName.hasTransport(source) {
      let place = try SourceName(source)
      image = try await pull(from: try place.open(for: opened), place.target, name, into: opened)
    } else {
      let reference = try Reference(source.hasPrefix("docker://") ? String(source.dropFirst(9)) : source)
      let access = RegistryAccess(registry.options)
      let repository = try await access.source(of: reference, credentials: credentials)
      image = try await pull(from: repository, reference.target, name ?? reference, into: opened)
      await access.end()
    }
    if store.printsJSON {
      Output.write(ImageSummary(image).encoded(.twoSpaces))
    } else {
      print(image.id)
    }
    // Said after the image is usable: a power cut before it costs a pull, not an image.
    try opened.settle()
  }

  private func pull(
    from source: any ImageSource, _ target: String?, _ name: Reference?, into store: Store
  ) async throws -> ImageRecord {
    var pull = Pull(from: source, into: store)
    if let platform { pull.platform = try Platform(platform) }
    pull.parallelLayers = parallel
    let progress = Progress()
    defer { progress.end() }
    if !self.store.printsJSON { pull.report = progress.report }
    return try await pull.run(target, named: name)
  }

  private var credentials: Credentials? {
    guard let parts = creds?.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false) else { return nil }
    return Credentials(user: String(parts[0]), password: parts.count > 1 ? String(parts[1]) : "")
  }
}
