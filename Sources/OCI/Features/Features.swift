// What a runtime can do.

/// What a runtime can do, whatever the host lets it do (features.md). Absent means unknown.
public struct Features: JSONObject, Equatable, Sendable {
  /// The lowest runtime-spec version.
  public var versionMin: String = "1.0.0"
  public var versionMax: String = specificationVersion
  public var hooks: [String] = Hooks.names
  public var mountOptions: [String] = []
  public var linux: Linux = Linux()
  /// Versions and extensions of the runtime.
  public var annotations: Annotations = Annotations()
  /// Annotations of config.json which change what the runtime does; a final `.` marks a prefix.
  public var potentiallyUnsafeConfigAnnotations: [String] = []

  public init() {}

  public init(
    versionMin: String = "1.0.0",
    versionMax: String = specificationVersion,
    hooks: [String] = Hooks.names,
    mountOptions: [String] = [],
    linux: Linux = Linux(),
    annotations: Annotations = Annotations(),
    potentiallyUnsafeConfigAnnotations: [String] = []
  ) {
    self.versionMin = versionMin
    self.versionMax = versionMax
    self.hooks = hooks
    self.mountOptions = mountOptions
    self.linux = linux
    self.annotations = annotations
    self.potentiallyUnsafeConfigAnnotations = potentiallyUnsafeConfigAnnotations
  }

  public mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("ociVersionMin", &versionMin)
    try json.field("ociVersionMax", &versionMax)
    try json.field("hooks", &hooks)
    try json.field("mountOptions", &mountOptions)
    try json.field("linux", &linux)
    try json.field("annotations", &annotations)
    try json.field("potentiallyUnsafeConfigAnnotations", &potentiallyUnsafeConfigAnnotations)
  }
}
