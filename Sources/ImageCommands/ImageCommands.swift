// Commands that list, name and remove images.

internal import ArgumentParser
internal import Foundation
internal import Images
internal import OCI

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
    commandName: "rmi", abstract: "Remove a name, and the image with its last one; an id takes all of its names.")

  @OptionGroup var store: StoreOptions

  @Argument(help: "Names or ids.")
  var images: [String]

  @Flag(name: [.short, .long], help: "Do not fail for what is not there.")
  var force = false

  func run() async throws {
    let store = try store.open()
    var report = RemovalReport()
    var failure: (any Error)?
    // One that cannot be removed does not keep the others.
    for image in images {
      do {
        let removed = try store.remove(image)
        report.names += removed.names
        if let id = removed.image { report.images.append(id.description) }
      } catch  where force && error.reason == .notFound {
        continue
      } catch {
        failure = failure ?? error
      }
    }
    try store.collect(.parts)
    try BackgroundTrash.empty(store)
    if self.store.printsJSON {
      Output.write(report.encoded(.twoSpaces))
    } else {
      for name in report.names + report.images { print("removed: \(name)") }
    }
    if let failure { throw failure }
  }
}

/// Keeps an image whatever else goes.
struct PinCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pin", abstract: "Keep an image when it has no name any more, and tell collectors to leave it alone.")

  @OptionGroup var store: StoreFolder

  @Argument(help: "A name, an id, or the beginning of an id.")
  var image: String

  @Flag(help: "Let it go again.")
  var remove = false

  func run() async throws { try store.open().pin(image, !remove) }
}
