// Comparing texts byte by byte.

extension String {
  /// Whether the bytes are the same. The operator `==` compares what Unicode takes to be the same, whose tables would
  /// make up a tenth of the program.
  func isExactly(_ other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}

extension [String] {
  func containsExactly(_ text: String) -> Bool { contains { $0.isExactly(text) } }

  /// The place of a text in the list.
  func exactIndex(of text: String) -> Int? { firstIndex { $0.isExactly(text) } }
}
