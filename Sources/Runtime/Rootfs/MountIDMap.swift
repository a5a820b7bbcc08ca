// The id mapping of one mount.

public import OCI

/// The id mapping of one mount (mount_setattr(2), MOUNT_ATTR_IDMAP; kernel 5.12).
public struct MountIDMap: Equatable, Sendable {
  /// Empty, as `gids` then are too: those of the container's user namespace.
  public let uids: [IDMapping]
  public let gids: [IDMapping]
  /// Whether the mounts below the source take it too.
  public let isRecursive: Bool

  /// Nil when the mount asks for none. Mappings alone are for the mount itself, as with runc.
  init?(_ mount: OCI.Mount, _ options: MountOptions) {
    if options.idMap == nil && mount.uidMappings.isEmpty && mount.gidMappings.isEmpty { return nil }
    (uids, gids) = (mount.uidMappings, mount.gidMappings)
    isRecursive = options.idMap == .tree
  }
}
