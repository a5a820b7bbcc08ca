// How much one layer may ask of the host.

/// How much one layer may ask of the host. A few kilobytes can stand for terabytes, for millions of names or for
/// quadratic time; each way has its bound.
public struct LayerLimits: Equatable, Sendable {
  /// Bytes of the uncompressed archive, and of the files that it makes.
  public var bytes: Int64 = 64 << 30
  /// Above `ratioFreeBytes`, as many bytes may come out of each compressed one.
  public var ratio: Int64 = 200
  public var ratioFreeBytes: Int64 = 1 << 30
  public var entries = 4_000_000
  /// Names in a path.
  public var depth = 512
  /// Bytes of a path (PATH_MAX of the kernel, with its NUL) and of one name in it.
  public var pathBytes = 4095
  public var nameBytes = 255
  /// Bytes of one extended header of an archive.
  public var headerBytes = 1 << 20
  /// Extended attributes of an entry, and their bytes together (XATTR_SIZE_MAX of the kernel).
  public var attributes = 128
  public var attributeBytes = 64 << 10
  /// Pieces of a sparse file (CVE-2025-58183).
  public var sparsePieces = 65_536

  public init() {}
}
