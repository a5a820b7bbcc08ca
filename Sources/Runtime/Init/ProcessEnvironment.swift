// The environment of the user's program.

/// The environment of the user's program: of names that come twice the last one counts, and there is a HOME.
struct ProcessEnvironment {
  private(set) var entries: [String] = []

  init(_ given: [String], home: String) {
    // By bytes: comparing texts would draw the tables of Unicode into the program.
    var places: [[UInt8]: Int] = [:]
    for entry in given {
      // An entry without a sign is passed on as it is, as the kernel would.
      let name = Array(entry.utf8.prefix { $0 != UInt8(ascii: "=") })
      if let earlier = places[name] {
        entries[earlier] = entry
      } else {
        places[name] = entries.count
        entries.append(entry)
      }
    }
    guard let index = places[Array("HOME".utf8)] else {
      entries.append("HOME=" + home)
      return
    }
    if entries[index].utf8.count == "HOME=".utf8.count { entries[index] = "HOME=" + home }
  }
}
