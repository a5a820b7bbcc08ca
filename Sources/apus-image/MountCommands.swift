// Commands that mount images and make bundles of them.

import ArgumentParser
import Foundation
import Images

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

  func run() async throws {
    let store = try store.open()
    guard let image else {
      return Output.table(try store.snapshots().map { [$0.target, $0.image] })
    }
    guard let folder else { throw ValidationError("a folder to mount at is missing") }
    try store.mount(try store.image(image), at: Folder.absolute(folder), writable ? .writable : [])
  }
}

/// Unmounts an image.
struct UnmountCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "umount", abstract: "Unmount an image and drop what was changed in it.")

  @OptionGroup var store: StoreOptions

  @Argument(help: "The folder where it is mounted.")
  var folder: String

  func run() async throws { try store.open().unmount(Folder.absolute(folder)) }
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
