// Commands that mount images and make bundles of them.

internal import ArgumentParser
internal import Foundation
internal import Images
internal import OCI

/// Makes a bundle of an image.
struct UnpackCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unpack", abstract: "Make a bundle of an image, to be run by the runtime.",
    discussion: "The image is mounted writable at BUNDLE/rootfs; 'umount BUNDLE/rootfs' takes the bundle apart.")

  @OptionGroup var store: StoreOptions

  @Argument(help: "A name, an id, or the beginning of an id.")
  var image: String

  @Argument(help: "The folder of the bundle.")
  var bundle: String

  @Option(name: .long, help: "Replaces the image's entry point.")
  var entrypoint: String?

  @Option(name: [.short, .long], help: "A variable, as NAME=value.")
  var env: [String] = []

  @Option(name: [.short, .long], help: "A user, as NAME[:GROUP] or numbers.")
  var user: String?

  @Option(name: [.short, .long], help: "The working directory.")
  var workdir: String?

  @Flag(name: [.short, .long], help: "Give the container a terminal.")
  var terminal = false

  @Argument(parsing: .captureForPassthrough, help: "Replaces the image's command.")
  var command: [String] = []

  func run() async throws {
    let store = try store.open()
    var overrides = ContainerOverrides()
    overrides.entrypoint = entrypoint.map { [$0] }
    overrides.command = command.first == "--" ? Array(command.dropFirst()) : command
    overrides.environment = env
    overrides.user = user
    overrides.workingDirectory = workdir
    overrides.hasTerminal = terminal
    try store.makeBundle(try store.image(image), at: Folder.absolute(bundle), overrides)
  }
}

/// Mounts an image.
struct MountCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mount", abstract: "Mount an image; without arguments list what is mounted.")

  @OptionGroup var store: StoreOptions

  @Argument(help: "A name, an id, or the beginning of an id.")
  var image: String?

  @Argument(help: "An existing folder.")
  var folder: String?

  @Flag(help: "Take changes, and keep them until the image is unmounted.")
  var writable = false

  @Flag(help: "Do not wait for the disk: changes may be lost when the host stops. With --writable.")
  var volatile = false

  @Option(help: "Show owners as the user namespace of this file maps them, such as /proc/PID/ns/user.")
  var userns: String?

  func validate() throws {
    if volatile && !writable { throw ValidationError("--volatile is about changes: it needs --writable") }
    if image != nil && folder == nil { throw ValidationError("a folder to mount at is missing") }
  }

  func run() async throws {
    let store = try store.open()
    guard let image, let folder else { return list(try store.snapshots()) }
    var options: SnapshotOptions = writable ? .writable : []
    if volatile { options.insert(.volatile) }
    try store.mount(try store.image(image), at: Folder.absolute(folder), options, userNamespace: userns)
  }

  private func list(_ records: [SnapshotRecord]) {
    if store.printsJSON { return Output.write(MountReport.encoded(list: records.map(MountReport.init), .twoSpaces)) }
    Output.table(records.map { [$0.target, $0.image, $0.state.rawValue] })
  }
}

/// Unmounts an image.
struct UnmountCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "umount", abstract: "Unmount an image and drop what was changed in it.")

  @OptionGroup var store: StoreOptions

  @Argument(help: "The folder where it is mounted.")
  var folder: String

  func run() async throws {
    let store = try store.open()
    try store.unmount(Folder.absolute(folder))
    try BackgroundTrash.empty(store)
  }
}

/// Folders on the command line.
enum Folder {
  /// From the root on, without dots; links stay as they are written.
  static func absolute(_ path: String) -> String {
    let whole = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    return URL(filePath: whole).standardized.path(percentEncoded: false).trimmingSlash
  }
}

extension String {
  fileprivate var trimmingSlash: String { count > 1 && hasSuffix("/") ? String(dropLast()) : self }
}
