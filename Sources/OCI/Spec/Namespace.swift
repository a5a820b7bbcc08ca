// One namespace of a container.

/// One namespace of a container, new or joined (namespaces(7)).
public struct Namespace: Equatable, Sendable {
  public var kind: NamespaceKind = .mount
  /// The file of the namespace to join, absolute; absent for a new one.
  public var path: String?

  public init() {}

  public init(kind: NamespaceKind, path: String? = nil) {
    self.kind = kind
    self.path = path
  }
}
