// What a pull says on the way.

import Foundation
import Images

/// What a pull says on the way: a line for each step of each layer, on the standard error.
enum Progress {
  static func report(_ event: Pull.Event) {
    let line =
      switch event {
      case .layers(let layers):
        "\(layers.count) layers, \(Output.size(layers.reduce(0) { $0 + $1.size }))"
      case .present(let digest): "\(digest.short): is there"
      case .fetched(let digest): "\(digest.short): fetched"
      case .unpacked(let digest): "\(digest.short): unpacked"
      }
    FileHandle.standardError.write(Data((line + "\n").utf8))
  }
}
