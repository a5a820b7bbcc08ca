// Requests about network devices.

/// A request about network devices: struct nlmsghdr, a header of its kind, and attributes.
struct RouteMessage {
  /// The type (linux/rtnetlink.h) in the upper, the flags (linux/netlink.h) in the lower half.
  enum Kind: UInt32 {
    case newLink = 0x10_0005  // request, acknowledgement
    case getLink = 0x12_0005
    case newAddress = 0x14_0605  // and to be made, not there before
    case getAddresses = 0x16_0301  // all of them
  }

  /// IFLA_IFNAME and IFLA_NET_NS_FD
  enum Attribute: UInt8 {
    case linkName = 3
    case linkNamespace = 28
  }

  static let linkHeaderSize = 16
  private var bytes: [UInt8] = []

  init(_ kind: Kind, header: [UInt8]) {
    // The length is filled in at the end; one message at a time needs no number, and the kernel is 0.
    for value in [0, kind.rawValue >> 16 | kind.rawValue << 16, 0, 0] { append32(value) }
    bytes += header
  }

  mutating func append(_ attribute: Attribute, _ text: String) { append(attribute.rawValue, Array(text.utf8) + [0]) }

  mutating func append(_ attribute: Attribute, _ value: UInt32) {
    var data: [UInt8] = []
    Linux.append(value, to: &data)
    append(attribute.rawValue, data)
  }

  mutating func append(_ kind: UInt8, _ data: [UInt8]) {
    append32(UInt32(data.count + 4) | UInt32(kind) << 16)
    bytes += data
    while bytes.count % 4 != 0 { bytes.append(0) }
  }

  private mutating func append32(_ value: UInt32) { Linux.append(value, to: &bytes) }

  /// The whole with its length.
  var finished: [UInt8] {
    var whole: [UInt8] = []
    Linux.append(UInt32(bytes.count), to: &whole)
    return whole + bytes[4...]
  }
}

/// Both machines that this program is for have the lowest byte first, as has everything here.
func append(_ value: UInt32, to bytes: inout [UInt8]) {
  for shift in [UInt32(0), 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
}

func word(_ bytes: [UInt8], at index: Int) -> UInt32 {
  var value: UInt32 = 0
  for place in 0..<4 { value |= UInt32(bytes[index + place]) << UInt32(8 * place) }
  return value
}
