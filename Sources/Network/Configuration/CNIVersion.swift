// Versions of the CNI specification.

/// A version of the CNI specification, such as 1.0.0.
public struct CNIVersion: Hashable, Comparable, Sendable, CustomStringConvertible {
  public let numbers: [Int]

  /// `major.minor.patch`; a missing part is 0. Nil for anything else.
  public init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...3).contains(parts.count) else { return nil }
    var numbers: [Int] = []
    for part in parts {
      guard part.utf8.count < 9, part.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(part)
      else { return nil }
      numbers.append(number)
    }
    self.numbers = numbers + [Int](repeating: 0, count: 3 - numbers.count)
  }

  private init(_ major: Int, _ minor: Int, _ patch: Int) { numbers = [major, minor, patch] }

  public static let v010 = CNIVersion(0, 1, 0)
  public static let v020 = CNIVersion(0, 2, 0)
  public static let v030 = CNIVersion(0, 3, 0)
  public static let v031 = CNIVersion(0, 3, 1)
  /// The first with CHECK, and with a previous result for DEL.
  public static let v040 = CNIVersion(0, 4, 0)
  public static let v100 = CNIVersion(1, 0, 0)
  /// The first with GC and STATUS.
  public static let v110 = CNIVersion(1, 1, 0)

  /// Those that this client speaks, oldest first.
  public static let spoken = [v010, v020, v030, v031, v040, v100, v110]

  public static func < (left: CNIVersion, right: CNIVersion) -> Bool {
    left.numbers.lexicographicallyPrecedes(right.numbers)
  }

  public var description: String { numbers.map(String.init).joined(separator: ".") }

  var hasCheck: Bool { self >= .v040 }
  var hasPreviousResultForDelete: Bool { self >= .v040 }
  var hasGarbageCollection: Bool { self >= .v110 }
  var hasStatus: Bool { self >= .v110 }
  /// Before it a list of plugins had no results to pass on.
  var hasPreviousResult: Bool { self >= .v030 }
}
