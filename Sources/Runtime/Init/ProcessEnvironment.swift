// The environment of the user's program.

internal import OCI

/// The environment of the user's program: of names that come twice the last one counts, and there is a HOME.
struct ProcessEnvironment {
  private(set) var entries: [String] = []

  init(_ given: [String], home: String) {
    var names: [String] = []
    // An entry without a sign is passed on as it is, as the kernel would.
    for entry in given { names.append(text(fields([UInt8](entry.utf8)[...], UInt8(ascii: "="))[0])) }
    var order = [Int](given.indices)
    sort(&order) { names[$0] }
    // Entries of one name stand together, in their order: the first one gives the place, the last one the value.
    var values = [Int](repeating: -1, count: given.count)
    var first = 0
    for place in order.indices {
      if !sameBytes(names[order[place]], names[order[first]]) { first = place }
      values[order[first]] = order[place]
    }
    var hasHome = false
    for (index, value) in values.enumerated() where value >= 0 {
      let isHome = sameBytes(names[index], "HOME")
      hasHome = hasHome || isHome
      entries.append(isHome && given[value].utf8.count <= "HOME=".utf8.count ? "HOME=" + home : given[value])
    }
    if !hasHome { entries.append("HOME=" + home) }
  }
}
