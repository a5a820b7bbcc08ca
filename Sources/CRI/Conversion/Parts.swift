// Long lists in parts.

internal import GRPCCore

extension Array {
  /// The elements in parts of so many at most; none for an empty list.
  func parts(of size: Int) -> [[Element]] {
    stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
  }
}

extension RPCWriter {
  /// Sends a list that is too long for one message, part by part.
  func write<Item>(_ list: [Item], as message: ([Item]) -> Element) async throws {
    for part in list.parts(of: 500) { try await write(message(part)) }
  }
}
