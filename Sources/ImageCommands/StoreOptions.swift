// What every command is told: where the store is, how to print.

internal import ArgumentParser
internal import Images

/// Where the store is.
struct StoreFolder: ParsableArguments {
  @Option(help: "The folder of the store.")
  var root = Store.defaultPath

  func open() throws -> Store { try Store(path: root) }
}

/// What nearly every command is told.
struct StoreOptions: ParsableArguments {
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  @OptionGroup var folder: StoreFolder

  @Option(help: "How to print.")
  var format = Format.text

  func open() throws -> Store { try folder.open() }

  var printsJSON: Bool { format == .json }
}
