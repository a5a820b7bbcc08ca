// The options of `events`.

/// The options of `events`.
struct EventOptions {
  let id: String
  /// As given, such as `1m30s`.
  let interval: String
  /// Only the statistics, once.
  let isOnce: Bool

  init(id: String, flags: ScannedArguments) {
    self.id = id
    interval = flags.text(.interval) ?? "5s"
    isOnce = flags.isOn(.stats)
  }

  /// The interval in milliseconds, at least 1.
  func milliseconds() throws(RuntimeError) -> Int64 {
    guard let nanoseconds = EventOptions.nanoseconds([UInt8](interval.utf8)[...]) else {
      throw .usage(joined(["invalid value \"", interval, "\" for flag -interval: parse error"]))
    }
    if nanoseconds <= 0 { throw .usage("duration interval must be greater than 0") }
    return max(1, Int64(nanoseconds / 1e6))
  }

  /// A duration as Go writes it: numbers with units one behind the other. Nil for anything else.
  private static func nanoseconds(_ text: ArraySlice<UInt8>) -> Double? {
    var rest = text
    let isNegative = rest.first == UInt8(ascii: "-")
    if isNegative || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
    if isSame(rest, "0") { return 0 }
    if rest.isEmpty { return nil }
    var sum = 0.0
    while !rest.isEmpty {
      guard let number = takeNumber(&rest), let unit = takeUnit(&rest) else { return nil }
      sum += number * unit
    }
    // What does not fit is no duration to Go either.
    if sum >= 9.2e18 { return nil }
    return isNegative ? -sum : sum
  }

  private static func takeNumber(_ text: inout ArraySlice<UInt8>) -> Double? {
    var (value, scale, hasPoint, count) = (0.0, 1.0, false, 0)
    while let byte = text.first {
      if byte == UInt8(ascii: "."), !hasPoint {
        hasPoint = true
      } else if byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
        value = value * 10 + Double(byte - UInt8(ascii: "0"))
        if hasPoint { scale *= 10 }
        count += 1
      } else {
        break
      }
      text.removeFirst()
    }
    return count == 0 || count > 18 ? nil : value / scale
  }

  private static func takeUnit(_ text: inout ArraySlice<UInt8>) -> Double? {
    // The longer names before those that they begin with.
    let units: [(String, Double)] = [
      ("ns", 1), ("us", 1e3), ("µs", 1e3), ("μs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 6e10), ("h", 3.6e12),
    ]
    for (name, nanoseconds) in units where begins(text, with: name) {
      text.removeFirst(name.utf8.count)
      return nanoseconds
    }
    return nil
  }
}
