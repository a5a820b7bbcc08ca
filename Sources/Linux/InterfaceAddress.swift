// Addresses of network devices.

/// An address of a network device, as the kernel tells it (struct ifaddrmsg and its attributes).
public struct InterfaceAddress: Equatable, Sendable {
  static let headerSize = 8
  let bytes: [UInt8]

  var index: Int32 { bytes.count < 8 ? 0 : Int32(bitPattern: word(bytes, at: 4)) }

  /// Permanent (IFA_F_PERMANENT) and of global scope (RT_SCOPE_UNIVERSE): anything else means something only where it
  /// was made.
  var isToBeKept: Bool { bytes.count >= 8 && bytes[2] & 0x80 != 0 && bytes[3] == 0 }

  /// The request that adds it to a device. The label stays behind: it begins with the old name of the device.
  func addition(to index: Int32) -> RouteMessage {
    var header: [UInt8] = [bytes[0], bytes[1], 0, 0]
    append(UInt32(bitPattern: index), to: &header)
    var message = RouteMessage(.newAddress, header: header)
    var at = InterfaceAddress.headerSize
    while at + 4 <= bytes.count {
      let (size, kind) = (Int(bytes[at]) | Int(bytes[at + 1]) << 8, bytes[at + 2])
      guard size >= 4, at + size <= bytes.count else { break }
      // IFA_ADDRESS, IFA_LOCAL and IFA_BROADCAST.
      if kind == 1 || kind == 2 || kind == 4 { message.append(kind, Array(bytes[(at + 4)..<(at + size)])) }
      at += (size + 3) & ~3
    }
    return message
  }
}
