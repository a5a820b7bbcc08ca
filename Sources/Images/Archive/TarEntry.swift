// One entry of a tar archive.

internal import Linux

/// One entry of a tar archive, of whichever format, with what extended headers said about it.
struct TarEntry: Equatable {
  enum Kind: Equatable {
    case regular
    case hardLink
    case symbolicLink
    case characterDevice
    case blockDevice
    case directory
    case fifo
  }

  struct Attribute: Equatable {
    var name: String
    var value: [UInt8]
  }

  var kind = Kind.regular
  /// As the archive has it.
  var path: [UInt8] = []
  var target: [UInt8] = []
  /// The permission bits with set-id and sticky bits.
  var mode: UInt32 = 0
  var uid: UInt32 = 0
  var gid: UInt32 = 0
  /// Bytes of data that follow in the archive.
  var size: Int64 = 0
  var modified = FileTime(seconds: 0)
  var device = DeviceNumber(major: 0, minor: 0)
  var attributes: [Attribute] = []
  /// Where the data of a sparse file belongs; nil for a whole file.
  var sparse: SparseMap?

  /// Bytes of the file that it makes.
  var fileSize: Int64 { sparse?.fileSize ?? size }

  /// For messages.
  var name: String { String(decoding: path, as: UTF8.self).shortened }
}
