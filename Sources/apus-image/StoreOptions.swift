// What every command is told: where the store is, how to print.

import ArgumentParser
import Images

/// What every command is told.
struct StoreOptions: ParsableArguments {
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  @Option(help: "The folder of the store.")
  var root = Store.defaultPath

  @Option(help: "How to print.")
  var format = Format.text

  func open() throws -> Store { try Store(path: root) }

  var printsJSON: Bool { format == .json }
}
