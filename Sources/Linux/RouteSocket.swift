// Network devices and their addresses, through rtnetlink.

internal import CShims

/// A socket for requests about network devices (rtnetlink(7)), for the network namespace in which it was made.
public struct RouteSocket: ~Copyable {
  private let socket: Descriptor

  /// A network device.
  public struct Device: Equatable, Sendable {
    public let index: Int32
    public let isUp: Bool
  }

  @inline(never)
  public init() throws(SystemCallError) {
    socket = try Descriptor(openedBy: "socket", "rtnetlink", apus_socket_route())
  }

  /// Looks a device up; ENODEV when there is none of this name.
  @inline(never)
  public func device(_ name: String) throws(SystemCallError) -> Device {
    var message = RouteMessage(.getLink, header: [UInt8](repeating: 0, count: RouteMessage.linkHeaderSize))
    message.append(.linkName, name)
    guard let reply = try perform(message, name).first, reply.count >= RouteMessage.linkHeaderSize else {
      throw SystemCallError(call: "netlink", subject: name, errno: .noDevice)
    }
    return Device(index: Int32(bitPattern: word(reply, at: 4)), isUp: word(reply, at: 8) & 1 != 0)
  }

  /// Switches a device on or off.
  @inline(never)
  public func set(_ index: Int32, isUp: Bool, name: String) throws(SystemCallError) {
    var header: [UInt8] = [0, 0, 0, 0]
    // The index, IFF_UP or nothing, and IFF_UP as what changes.
    for value in [UInt32(bitPattern: index), isUp ? 1 : 0, 1] { append(value, to: &header) }
    try perform(RouteMessage(.newLink, header: header), name)
  }

  /// Moves a device into the network namespace of an open descriptor, under a new name, in one step.
  @inline(never)
  public func move(_ index: Int32, to namespace: Int32, name: String) throws(SystemCallError) {
    var header: [UInt8] = [0, 0, 0, 0]
    for value in [UInt32(bitPattern: index), 0, 0] { append(value, to: &header) }
    var message = RouteMessage(.newLink, header: header)
    message.append(.linkName, name)
    message.append(.linkNamespace, UInt32(bitPattern: namespace))
    try perform(message, name)
  }

  /// The permanent addresses with global scope of a device, of every family.
  @inline(never)
  public func addresses(of index: Int32, name: String) throws(SystemCallError) -> [InterfaceAddress] {
    let request = RouteMessage(.getAddresses, header: [UInt8](repeating: 0, count: InterfaceAddress.headerSize))
    var addresses: [InterfaceAddress] = []
    for reply in try perform(request, name) {
      let address = InterfaceAddress(bytes: reply)
      if address.isToBeKept && address.index == index { addresses.append(address) }
    }
    return addresses
  }

  /// Gives a device an address that another one had, or the same one in another namespace.
  @inline(never)
  public func add(_ address: InterfaceAddress, to index: Int32, name: String) throws(SystemCallError) {
    try perform(address.addition(to: index), name)
  }

  /// Sends a request and collects what comes until its end or its acknowledgement. The dump may be told to have been
  /// interrupted by a change (NLM_F_DUMP_INTR): what there was is good enough here.
  @discardableResult
  private func perform(_ message: RouteMessage, _ subject: String) throws(SystemCallError) -> [[UInt8]] {
    try socket.send(message.finished)
    var replies: [[UInt8]] = []
    while true {
      let bytes = try socket.receive(limit: 1 << 16).bytes
      var rest = bytes[...]
      while rest.count >= 16 {
        let start = rest.startIndex
        let size = Int(word(bytes, at: start))
        guard size >= 16, size <= rest.count else { break }
        let payload = Array(rest[(start + 16)..<(start + size)])
        switch UInt16(truncatingIfNeeded: word(bytes, at: start + 4)) {
        case 2:  // NLMSG_ERROR: an error, or with 0 the acknowledgement
          let code = payload.count < 4 ? -Errno.inputOutput.rawValue : Int32(bitPattern: word(payload, at: 0))
          if code == 0 { return replies }
          throw SystemCallError(call: "netlink", subject: subject, errno: Errno(rawValue: -code))
        case 3: return replies  // NLMSG_DONE
        default: replies.append(payload)
        }
        rest = rest.dropFirst((size + 3) & ~3)
      }
      if bytes.isEmpty { throw SystemCallError(call: "netlink", subject: subject, errno: .inputOutput) }
    }
  }
}
