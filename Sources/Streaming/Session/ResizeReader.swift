// Sizes of a client's terminal.

internal import Foundation
internal import Linux
internal import NIOCore

/// Sizes of a client's terminal, as JSON objects one behind the other, which may come in pieces.
struct ResizeReader {
  private struct Size: Decodable {
    let width: UInt16
    let height: UInt16

    enum CodingKeys: String, CodingKey {
      case width = "Width"
      case height = "Height"
    }
  }

  /// Bytes of one object; real ones have 30.
  private static let limit = 1024

  private var rest: [UInt8] = []

  /// The sizes that are complete now. What is none is passed over.
  mutating func read(_ bytes: ByteBuffer) -> [WindowSize] {
    rest += Array(buffer: bytes)
    var sizes: [WindowSize] = []
    while let end = rest.firstIndex(of: UInt8(ascii: "}")) {
      let object = Data(rest[...end])
      rest.removeFirst(end + 1)
      if let size = try? JSONDecoder().decode(Size.self, from: object) {
        sizes.append(WindowSize(rows: size.height, columns: size.width))
      }
    }
    if rest.count > ResizeReader.limit { rest = [] }
    return sizes
  }
}
