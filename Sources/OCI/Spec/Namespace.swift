// One namespace of a container.

/// One namespace of a container, new or joined (namespaces(7)).
public struct Namespace: JSONObject, Equatable, Sendable {
  public var kind: NamespaceKind = .mount
  /// The file of the namespace to join, absolute; absent for a new one.
  public var path: String?

  public init() {}

  public init(kind: NamespaceKind, path: String? = nil) {
    self.kind = kind
    self.path = path
  }

  public mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("type", &kind, .required)
    try json.field("path", &path)
  }
}
