// One mount of a container.

/// One mount of a container (config.md, section Mounts).
public struct Mount: Equatable, Sendable {
  /// The place in the container; a relative one counts from `/`.
  public var destination: String = ""
  /// The filesystem type; meaningless for a bind mount.
  public var type: String = ""
  /// A device, a dummy, or for a bind mount a path, absolute or relative to the bundle.
  public var source: String = ""
  /// Options as in fstab(5); see `MountOption`.
  public var options: [String] = []
  /// The id mapping of an idmapped mount (mount_setattr(2)).
  public var uidMappings: [IDMapping] = []
  public var gidMappings: [IDMapping] = []

  public init() {}

  public init(destination: String, type: String = "", source: String = "", options: [String] = []) {
    self.destination = destination
    self.type = type
    self.source = source
    self.options = options
  }
}
