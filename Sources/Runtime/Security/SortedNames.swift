// Lists of names in the order of their bytes, each name once.

/// A list of names in the order of their bytes, each name once. Lists here are short, and sorting by insertion is
/// a few bytes of code, where the sort of the standard library is kilobytes.
struct SortedNames {
  private(set) var list: [String] = []

  init() {}

  init(_ names: [String]) {
    for name in names { insert(name) }
  }

  @inline(never)
  mutating func insert(_ name: String) {
    var place = 0
    while place < list.count {
      let order = Self.order(list[place], name)
      if order == 0 { return }
      if order > 0 { break }
      place += 1
    }
    list.insert(name, at: place)
  }

  /// Below, at or above 0, as the first text is before, equal to or after the second.
  private static func order(_ one: String, _ other: String) -> Int {
    let (left, right) = (one.utf8.span, other.utf8.span)
    for index in 0..<min(left.count, right.count) where left[index] != right[index] {
      return Int(left[index]) - Int(right[index])
    }
    return left.count - right.count
  }
}
