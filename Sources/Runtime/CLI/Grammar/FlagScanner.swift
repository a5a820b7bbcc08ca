// Splits arguments into flags and operands, by the rules of Go's flag package that runc's callers rely on.

internal import OCI

/// The flags and operands found in a list of arguments.
struct ScannedArguments {
  /// Every flag given, in the order given; the value of a toggle is "true" or "false".
  var flags: [(name: FlagName, value: String)] = []
  /// What is no flag.
  var operands: [String] = []

  /// The value given last.
  func text(_ name: FlagName) -> String? {
    var value: String?
    for flag in flags where flag.name == name { value = flag.value }
    return value
  }

  func list(_ name: FlagName) -> [String] {
    var values: [String] = []
    for flag in flags where flag.name == name { values.append(flag.value) }
    return values
  }

  /// Whether a toggle is on; nil when it was not given.
  func toggle(_ name: FlagName) -> Bool? { text(name).map { sameBytes($0, FlagScanner.on) } }

  func isOn(_ name: FlagName) -> Bool { toggle(name) ?? false }

  /// The number given last; the scanner has checked it.
  func number(_ name: FlagName) -> Int? { text(name).flatMap { integer($0) } }
}

/// What is wrong with a flag.
struct FlagError: Error, Equatable {
  let text: String
}

/// Where flags may stand.
enum FlagPlacement: Sendable {
  /// Everywhere before `--`.
  case anywhere
  /// Only before the first operand: what follows belongs to somebody else.
  case beforeOperands
}

/// Reads `-f`, `--flag`, `-flag`, `--flag=value`, `--flag value`, `-abc` for toggles, and `--` as the end of flags.
struct FlagScanner {
  /// The value of a toggle that is on.
  static let on = "true"

  let flags: [Flag]
  let placement: FlagPlacement
  private var arguments: ArraySlice<String>
  private var scanned = ScannedArguments()

  init(flags: [Flag], placement: FlagPlacement, arguments: ArraySlice<String>) {
    self.flags = flags
    self.placement = placement
    self.arguments = arguments
  }

  mutating func scan() throws(FlagError) -> ScannedArguments {
    while let argument = arguments.popFirst() {
      let bytes = [UInt8](argument.utf8)
      var dashes = 0
      while dashes < bytes.count && bytes[dashes] == UInt8(ascii: "-") { dashes += 1 }
      if dashes == 0 || bytes.count == 1 {
        scanned.operands.append(argument)
        if placement == .beforeOperands { break }
      } else if dashes == 2 && bytes.count == 2 {
        break
      } else {
        try scanFlag(argument, bytes, dashes: dashes)
      }
    }
    for argument in arguments { scanned.operands.append(argument) }
    return scanned
  }

  private mutating func scanFlag(_ argument: String, _ bytes: [UInt8], dashes: Int) throws(FlagError) {
    let end = bytes.firstIndex(of: UInt8(ascii: "=")) ?? bytes.count
    if dashes > 2 || end == dashes { throw FlagError(text: "bad flag syntax: " + argument) }
    let name = text(bytes[dashes..<end])
    let value = end == bytes.count ? nil : text(bytes[(end + 1)...])
    if let flag = flag(named: name) {
      return try accept(flag, name: name, value: value)
    }
    guard dashes == 1, try scanLetters(bytes[dashes..<end], value: value) else {
      throw FlagError(text: "flag provided but not defined: -" + name)
    }
  }

  /// Reads `-abc` as `-a -b -c`: toggles, and at the end perhaps a flag with a value.
  private mutating func scanLetters(_ letters: ArraySlice<UInt8>, value: String?) throws(FlagError) -> Bool {
    var found: [Flag] = []
    for index in letters.indices {
      guard let flag = flag(named: text(letters[index...index])) else { return false }
      if flag.kind.takesValue && index + 1 < letters.endIndex { return false }
      found.append(flag)
    }
    for (index, flag) in found.enumerated() {
      try accept(flag, name: flag.short ?? "", value: index == found.count - 1 ? value : nil)
    }
    return true
  }

  private func flag(named name: String) -> Flag? {
    for flag in flags where sameBytes(flag.text, name) || flag.short.map({ sameBytes($0, name) }) ?? false {
      return flag
    }
    return nil
  }

  private mutating func accept(_ flag: Flag, name: String, value: String?) throws(FlagError) {
    if !flag.kind.takesValue {
      guard let on = truth(value ?? FlagScanner.on) else {
        throw FlagError(text: "invalid boolean value \"" + (value ?? "") + "\" for -" + name + ": parse error")
      }
      scanned.flags.append((flag.name, on ? FlagScanner.on : "false"))
      return
    }
    guard let text = value ?? arguments.popFirst() else {
      throw FlagError(text: "flag needs an argument: -" + name)
    }
    if flag.kind.isNumeric && integer(text) == nil {
      throw FlagError(text: "invalid value \"" + text + "\" for flag -" + name + ": parse error")
    }
    scanned.flags.append((flag.name, text))
  }
}

/// The words for true and false that Go's strconv.ParseBool knows; nil for any other.
func truth(_ word: String) -> Bool? {
  for yes in ["1", "t", "T", "true", "TRUE", "True"] where sameBytes(yes, word) { return true }
  for no in ["0", "f", "F", "false", "FALSE", "False"] where sameBytes(no, word) { return false }
  return nil
}
