// One write to a file of the container's cgroup.

import OCI

/// One write to a file of the container's cgroup. Limits become a list of these before anything is touched.
public struct CgroupWrite: Sendable {
  public struct Traits: OptionSet, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The value asks for no limit: where the controller or the file is missing there is none.
    public static let optional = Traits(rawValue: 1)
    /// The kernel moves the value into its own range without a word: what it made of it is compared.
    public static let readBack = Traits(rawValue: 2)
    /// The next write is for hosts without this file.
    public static let replacesNext = Traits(rawValue: 4)
  }

  public let file: String
  public let value: String
  public let traits: Traits
  /// Two values bound each other: when the kernel finds this one invalid it is written again after that file.
  /// Empty where there is none.
  public let retriedAfter: String

  /// The controller is the beginning of the file's name, in v1 as in v2.
  var controller: String {
    var name = [UInt8](file.utf8)[...]
    return name.takeField(UInt8(ascii: "."))?.text ?? ""
  }

  /// Whether the file is one of these v1 controllers'.
  @inline(never)
  func isOf(_ controllers: [String]) -> Bool {
    let name = file.utf8.span
    for controller in controllers where hasPrefix(file, controller) {
      let end = controller.utf8.count
      if end < name.count && name[end] == UInt8(ascii: ".") { return true }
    }
    return false
  }

  /// Whether a kernel without the file or its controller is no error.
  var isOptional: Bool { traits.contains(.optional) }
}

extension [CgroupWrite] {
  // Each of these is called in dozens of places: out of line they keep the program small.

  @inline(never)
  mutating func add(_ file: String, _ value: String) { add(file, value, [], retriedAfter: "") }

  @inline(never)
  mutating func add(_ file: String, _ value: String, _ traits: CgroupWrite.Traits) {
    add(file, value, traits, retriedAfter: "")
  }

  @inline(never)
  mutating func add(_ file: String, _ value: String, _ traits: CgroupWrite.Traits = [], retriedAfter: String) {
    append(CgroupWrite(file: file, value: value, traits: traits, retriedAfter: retriedAfter))
  }

  /// A number; a negative one is no limit.
  @inline(never)
  mutating func add(_ file: String, number: Int64, retriedAfter: String = "") {
    add(file, String(number), number < 0 ? .optional : [], retriedAfter: retriedAfter)
  }

  /// A number that is left alone when it is absent or 0.
  @inline(never)
  mutating func add(_ file: String, given number: Int64?, retriedAfter: String = "") {
    guard let number, number != 0 else { return }
    add(file, number: number, retriedAfter: retriedAfter)
  }
}
