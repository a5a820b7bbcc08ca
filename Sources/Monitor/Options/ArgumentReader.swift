// Splitting a command line into options and their arguments.

/// Splits a command line into options and their arguments, in the manner of GLib's option parser: `--name value`,
/// `--name=value`, `-n value`, grouped letters. What is no option is passed over: callers write `--api-version 1`
/// although the option is a switch.
struct ArgumentReader {
  /// One option as it was written, with its argument if it takes one.
  struct Item {
    let name: OptionName
    /// As written, for messages.
    let spelling: String
    let value: String
  }

  private let words: [String]
  private var at = 0
  /// The letters of a group such as `-ti` that are still to be read.
  private var letters: ArraySlice<UInt8> = []

  init(_ words: [String]) { self.words = words }

  mutating func next() throws(OptionError) -> Item? {
    if !letters.isEmpty { return try nextLetter() }
    while at < words.count {
      let word = words[at]
      at += 1
      let bytes = [UInt8](word.utf8)
      if bytes == [45, 45] { return nil }
      if bytes.starts(with: [45, 45]) { return try long(bytes.dropFirst(2), word) }
      if bytes.count > 1 && bytes[0] == 45 {
        letters = bytes.dropFirst()
        return try nextLetter()
      }
    }
    return nil
  }

  private mutating func long(_ bytes: ArraySlice<UInt8>, _ word: String) throws(OptionError) -> Item {
    let equals = bytes.firstIndex(of: 61)
    let text = String(decoding: bytes[..<(equals ?? bytes.endIndex)], as: UTF8.self)
    guard let name = OptionName.named(text) else { throw .unreadable("Unknown option " + word) }
    let spelling = "--" + text
    if case .none = name.argument {
      if equals != nil { throw .unreadable("Unknown option " + word) }
      return Item(name: name, spelling: spelling, value: "")
    }
    if let equals {
      return Item(name: name, spelling: spelling, value: String(decoding: bytes[(equals + 1)...], as: UTF8.self))
    }
    return Item(name: name, spelling: spelling, value: try following(spelling))
  }

  private mutating func nextLetter() throws(OptionError) -> Item {
    let letter = letters.removeFirst()
    let spelling = "-" + String(decoding: [letter], as: UTF8.self)
    guard let name = OptionName.lettered(letter) else { throw .unreadable("Unknown option " + spelling) }
    if case .none = name.argument { return Item(name: name, spelling: spelling, value: "") }
    if letters.isEmpty { return Item(name: name, spelling: spelling, value: try following(spelling)) }
    let value = String(decoding: letters, as: UTF8.self)
    letters = []
    return Item(name: name, spelling: spelling, value: value)
  }

  private mutating func following(_ spelling: String) throws(OptionError) -> String {
    guard at < words.count else { throw .unreadable("Missing argument for " + spelling) }
    at += 1
    return words[at - 1]
  }
}

extension ArgumentReader.Item {
  /// The argument as a number within a range; decimal, or hexadecimal after `0x`.
  func integer(in range: ClosedRange<Int64>) throws(OptionError) -> Int64 {
    var digits = value.utf8[...]
    let isNegative = digits.first == 45
    if isNegative || digits.first == 43 { digits = digits.dropFirst() }
    var radix: Int64 = 10
    if digits.starts(with: [48, 120]) {
      radix = 16
      digits = digits.dropFirst(2)
    }
    if digits.isEmpty { throw notNumber }
    var number: Int64 = 0
    var isOutside = false
    for byte in digits {
      guard let digit = ArgumentReader.Item.digit(byte), digit < radix else { throw notNumber }
      let (product, overflow) = number.multipliedReportingOverflow(by: radix)
      let (sum, carry) = product.subtractingReportingOverflow(digit)
      isOutside = isOutside || overflow || carry
      number = sum
    }
    // Counted below zero, where the smallest number has its place.
    if !isNegative && number == Int64.min { isOutside = true }
    let result = isNegative || isOutside ? number : -number
    if isOutside || !range.contains(result) {
      throw .unreadable("Integer value '" + value + "' for " + spelling + " out of range")
    }
    return result
  }

  private var notNumber: OptionError {
    .unreadable("Cannot parse integer value '" + value + "' for " + spelling)
  }

  private static func digit(_ byte: UInt8) -> Int64? {
    switch byte {
    case 48...57: Int64(byte) - 48
    case 65...70: Int64(byte) - 55
    case 97...102: Int64(byte) - 87
    default: nil
    }
  }
}
