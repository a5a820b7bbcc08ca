// The numbers of system calls.

/// The numbers of a call.
struct SystemCallNumbers {
  /// Stands for no number.
  static let none = UInt32.max

  /// One for each entry of `CallInterface.all`, without its mark; `none` where the interface lacks the call.
  var direct: InlineArray<3, UInt32> = [none, none, none]
  /// The call of i386 that stands for this one too, and its first argument then; 0 if there is none.
  var multiplexer: UInt32 = 0
  var multiplexed: UInt32 = 0
}

/// The numbers of system calls by name: those of this machine's interfaces, up to Linux 7.1.
struct SystemCallTable {
  private static let endOfName = UInt8(ascii: "=")

  private var bytes: [UInt8]
  /// Where the names begin.
  private var starts: [Int] = []

  init() {
    bytes = [UInt8](Self.text.utf8)
    // No entry ends with the text: one byte more can always be looked at.
    bytes.append(0)
    var previous: UInt8 = 0
    for index in bytes.indices {
      if previous <= 0x20 && bytes[index] > 0x20 { starts.append(index) }
      previous = bytes[index]
    }
  }

  /// The numbers of a call; nil when no interface of this machine has it.
  func numbers(of name: String) -> SystemCallNumbers? {
    var (low, high) = (0, starts.count)
    while low < high {
      let middle = (low + high) / 2
      let order = compare(name, starts[middle])
      if order == 0 { return numbers(at: starts[middle] + name.utf8.count) }
      if order < 0 { high = middle } else { low = middle + 1 }
    }
    return nil
  }

  /// Below zero when the name comes before that of the entry at this place, zero when it is the same.
  private func compare(_ name: String, _ start: Int) -> Int {
    let wanted = name.utf8.span
    for index in wanted.indices {
      let byte = bytes[start + index]
      // The entry's name ends here, so it comes first.
      if byte == Self.endOfName { return 1 }
      if byte != wanted[index] { return wanted[index] < byte ? -1 : 1 }
    }
    return bytes[start + wanted.count] == Self.endOfName ? 0 : -1
  }

  /// - Parameter start: the place after the name.
  private func numbers(at start: Int) -> SystemCallNumbers {
    var numbers = SystemCallNumbers()
    var index = start
    for column in 0..<3 {
      let isGiven = bytes[index] == Self.endOfName || bytes[index] == UInt8(ascii: ",")
      numbers.direct[column] = isGiven ? number(after: &index) : numbers.direct[0]
    }
    if bytes[index] > 0x20 {
      let isSocket = bytes[index] == UInt8(ascii: "s")
      numbers.multiplexer = isSocket ? CallInterface.socketMultiplexer : CallInterface.ipcMultiplexer
      numbers.multiplexed = number(after: &index)
    }
    return numbers
  }

  /// The number after the byte at `index`, which then is the place after it.
  private func number(after index: inout Int) -> UInt32 {
    index += 1
    if bytes[index] == UInt8(ascii: "-") {
      index += 1
      return SystemCallNumbers.none
    }
    var value: UInt32 = 0
    while bytes[index] >= UInt8(ascii: "0") && bytes[index] <= UInt8(ascii: "9") {
      value = value * 10 + UInt32(bytes[index] - UInt8(ascii: "0"))
      index += 1
    }
    return value
  }
}
