// Commands that list, name and remove images.

import ArgumentParser
import Foundation
import Images
import OCI

/// Lists the images.
struct ImagesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "images", abstract: "List the images.")

  @OptionGroup var store: StoreOptions

  func run() async throws {
    let images = try store.open().images()
    if store.printsJSON { return Output.write(ImageSummary.encoded(list: images.map(ImageSummary.init), .twoSpaces)) }
    var rows = [["NAME", "ID", "PLATFORM", "SIZE"]]
    for image in images {
      let tags = image.names.filter { !$0.contains("@") }
      for name in tags.isEmpty ? [image.names.first ?? "<none>"] : tags {
        rows.append([name, image.id.short, image.platform, Output.size(image.size)])
      }
    }
    Output.table(rows)
  }
}

/// Prints what an image says about itself.
struct InspectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Print an image's record, or its configuration.")

  @OptionGroup var store: StoreOptions

  @Argument(help: "A name, an id, or the beginning of an id.")
  var image: String

  @Flag(help: "Print the configuration of the image.")
  var config = false

  func run() async throws {
    let store = try store.open()
    let record = try store.image(image)
    Output.write(try config ? store.document(record.id) : ImageSummary(record).encoded(.twoSpaces))
  }
}

/// Gives an image one more name.
struct TagCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "tag", abstract: "Give an image one more name.")

  @OptionGroup var store: StoreOptions

  @Argument(help: "A name, an id, or the beginning of an id.")
  var image: String

  @Argument(help: "The new name, with its registry.")
  var name: String

  func run() async throws { try store.open().tag(image, as: Reference(name)) }
}

/// Removes names, and images with the last of theirs.
struct RemoveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rmi", abstract: "Remove a name, and the image with its last one.")

  @OptionGroup var store: StoreOptions

  @Argument(help: "Names or ids.")
  var images: [String]

  func run() async throws {
    let store = try store.open()
    for image in images {
      let removed = try store.remove(image)
      for name in removed.names { print("removed: \(name)") }
      if let id = removed.image { print("removed: \(id)") }
    }
    try store.collect()
  }
}

/// Removes what nobody needs.
struct CollectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gc", abstract: "Remove images without names, and what no image needs.")

  @OptionGroup var store: StoreOptions

  func run() async throws {
    let removed = try store.open().collect()
    print("removed: \(removed.images) images, \(removed.layers) layers, \(removed.blobs) blobs")
  }
}

/// Checks what lies in the store.
struct VerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Hash every blob again and compare every layer with its archive.")

  @OptionGroup var store: StoreOptions

  func run() async throws {
    let damages = try store.open().verify()
    for damage in damages { print("\(damage.subject): \(damage.problem)") }
    if !damages.isEmpty { throw ExitCode(1) }
  }
}
