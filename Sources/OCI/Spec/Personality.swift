// The execution domain of a container.

/// The execution domain of a container (personality(2)).
public struct Personality: JSONObject, Equatable, Sendable {
  public var domain: PersonalityDomain = .linux
  /// None is defined yet: they are warned about and ignored, as runc does.
  public var flags: [String] = []

  public init() {}

  public init(domain: PersonalityDomain, flags: [String] = []) {
    self.domain = domain
    self.flags = flags
  }

  public mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("domain", &domain, .required)
    try json.field("flags", &flags)
  }
}
