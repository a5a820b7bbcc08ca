// What an image runs on.

public import OCI

/// What an image runs on (image-spec image-index.md): system, architecture and its variant, in Go's names.
public struct Platform: JSONObject, Equatable, Sendable, CustomStringConvertible {
  public var system = ""
  public var architecture = ""
  public var variant = ""

  public init() {}

  /// Takes also the names that uname(2) and Debian have for an architecture.
  public init(system: String, architecture: String, variant: String = "") {
    let alias = Platform.aliases[architecture.lowercased()]
    self.system = system.lowercased()
    self.architecture = alias?.architecture ?? architecture.lowercased()
    self.variant = variant.isEmpty ? alias?.variant ?? "" : variant.lowercased()
  }

  /// Reads `system/architecture[/variant]`.
  public init(_ text: String) throws(ImageError) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard (2...3).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }) else {
      throw ImageError(.invalidInput, "'\(text.shortened)' is no platform of the form linux/amd64 or linux/arm/v7")
    }
    self.init(system: parts[0], architecture: parts[1], variant: parts.count == 3 ? parts[2] : "")
  }

  public mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("architecture", &architecture)
    try json.field("os", &system)
    try json.field("variant", &variant)
  }

  /// What this program was built for.
  public static var host: Platform {
    #if arch(arm64)
      Platform(system: "linux", architecture: "arm64", variant: "v8")
    #else
      Platform(system: "linux", architecture: "amd64")
    #endif
  }

  public var description: String {
    "\(system)/\(architecture)" + (variant.isEmpty ? "" : "/\(variant)")
  }

  private static let aliases: [String: (architecture: String, variant: String)] = [
    "x86_64": ("amd64", ""), "x86-64": ("amd64", ""), "aarch64": ("arm64", ""), "i386": ("386", ""),
    "i686": ("386", ""), "armhf": ("arm", "v7"), "armv7l": ("arm", "v7"), "armel": ("arm", "v6"),
  ]
}

extension Platform {
  /// How well an image of another platform runs on this one: 0 is best, nil not at all.
  ///
  /// Without a variant on either side the base is meant: `v1` of amd64, `v8` of arm64, `v7` of arm. A higher variant
  /// holds instructions that this one lacks, a lower one is the worse the lower it is.
  func rank(of other: Platform) -> Int? {
    let (own, its) = (normalized, other.normalized)
    guard own.system == its.system, own.architecture == its.architecture else { return nil }
    if own.variant == its.variant { return 0 }
    guard let have = own.level, let want = its.level, want <= have else { return nil }
    return have - want
  }

  private var normalized: Platform {
    var platform = Platform(system: system, architecture: architecture, variant: variant)
    if platform.variant.isEmpty { platform.variant = Platform.baseVariants[platform.architecture] ?? "" }
    return platform
  }

  /// The number of a variant such as `v7`.
  private var level: Int? {
    guard variant.hasPrefix("v") else { return nil }
    return Int(variant.dropFirst())
  }

  private static let baseVariants = ["amd64": "v1", "arm64": "v8", "arm": "v7"]
}
