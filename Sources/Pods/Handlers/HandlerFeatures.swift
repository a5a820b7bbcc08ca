// What a runtime can do.

internal import OCI

/// What a runtime says that it can do (runtime-spec, features.md).
public struct HandlerFeatures: Equatable, Sendable {
  /// Whether mounts can be read-only as deep as they go (mount option `rro`).
  public var hasRecursiveReadOnlyMounts = false
  /// Whether it makes user namespaces and mounts whose owners are mapped.
  public var hasUserNamespaces = false

  public init() {}

  /// - Parameter document: what `RUNTIME features` prints.
  init(_ document: [UInt8]) throws(SpecError) {
    let features = try Features.decode(document)
    hasRecursiveReadOnlyMounts = features.mountOptions.contains("rro")
    hasUserNamespaces =
      features.linux.namespaces.contains("user") && features.linux.mountExtensions.idmap.enabled == true
  }
}
