// What a runtime can do with mounts beyond the options.

extension Features {
  /// What a runtime can do with mounts beyond the options.
  public struct MountExtensions: JSONObject, Equatable, Sendable {
    public var idmap: Switch = Switch()

    public init() {}

    public init(idmap: Switch) {
      self.idmap = idmap
    }

    public mutating func fields(_ json: JSONCoder) throws(SpecError) {
      try json.field("idmap", &idmap)
    }
  }
}
