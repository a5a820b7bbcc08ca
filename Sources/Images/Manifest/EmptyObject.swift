// A JSON object whose members do not matter.

public import OCI

/// A JSON object whose members do not matter, as the values of `Volumes` and `ExposedPorts`.
public struct EmptyObject: JSONObject, Equatable, Sendable {
  public init() {}

  public mutating func fields(_ json: JSONCoder) throws(SpecError) {}
}
