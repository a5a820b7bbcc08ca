// Network devices of the host that move into a container.

import Linux
import OCI

/// Moves network devices of the host into the network namespace of a process. They come back by the kernel, when the
/// namespace ends, as far as they are of hardware (runtime-spec, config-linux.md, "Network Devices").
struct NetDeviceMove: ~Copyable {
  private let host: RouteSocket
  private let container: RouteSocket
  private let namespace: Descriptor

  /// - Parameter pid: a child of ours that is not reaped yet, so that its id means nobody else.
  init(pid: Int32) throws(SystemCallError) {
    let namespace = try Descriptor.workingDirectory.open(
      joined(["/proc/", decimal(Int(pid)), "/ns/net"]), .readOnly)
    let container = try NetDeviceMove.socket(in: namespace)
    host = try RouteSocket()
    self.container = container
    self.namespace = namespace
  }

  /// A socket stays in the namespace where it was made; we do not.
  private static func socket(in namespace: borrowing Descriptor) throws(SystemCallError) -> RouteSocket {
    let own = try Descriptor.workingDirectory.open("/proc/self/ns/net", .readOnly)
    try namespace.enterNamespace(.network, subject: "network namespace")
    do throws(SystemCallError) {
      let socket = try RouteSocket()
      try own.enterNamespace(.network, subject: "own network namespace")
      return socket
    } catch {
      // Whoever fails over there must come back nevertheless.
      try own.enterNamespace(.network, subject: "own network namespace")
      throw error
    }
  }

  /// Moves a device with its permanent global addresses, and switches it on.
  func move(_ name: String, as newName: String) throws(SystemCallError) {
    let newName = try unusedName(newName.isEmpty ? name : newName)
    let device = try host.device(name)
    // Before it is down: that would take those of IPv6.
    let addresses = try host.addresses(of: device.index, name: name)
    // Nothing of the host shall use it while it changes.
    try host.set(device.index, isUp: false, name: name)
    do throws(SystemCallError) {
      try host.move(device.index, to: namespace.number, name: newName)
    } catch {
      if device.isUp { try? host.set(device.index, isUp: true, name: name) }
      throw error
    }
    // Its number may have changed on the way.
    let index = try container.device(newName).index
    for address in addresses { try container.add(address, to: index, name: newName) }
    try container.set(index, isUp: true, name: newName)
  }

  /// The name, which no device of the container may have: the kernel would move the device all the same and fail then.
  /// Of a template `...%d` the first one that none has; the kernel would not tell which one it took.
  private func unusedName(_ name: String) throws(SystemCallError) -> String {
    let bytes = [UInt8](name.utf8)
    let isTemplate = bytes.count > 2 && bytes[bytes.count - 2] == UInt8(ascii: "%") && bytes.last == UInt8(ascii: "d")
    var number = 0
    while true {
      let candidate = isTemplate ? text(bytes.dropLast(2)) + decimal(number) : name
      do throws(SystemCallError) {
        _ = try container.device(candidate)
      } catch {
        if error.errno == .noDevice { return candidate }
        throw error
      }
      if !isTemplate { throw SystemCallError(call: "netlink", subject: name, errno: .exists) }
      number += 1
    }
  }
}

extension ContainerBirth {
  /// Moves the devices of config.json to the container's process, which waits for it.
  func moveNetDevices(_ channel: borrowing ParentChannel) throws(RuntimeError) {
    let pid = record.pid
    let move = try doing("entering the container's network namespace") { () throws(SystemCallError) in
      try NetDeviceMove(pid: pid)
    }
    for entry in plans.bundle.spec.linux.netDevices.entries {
      try doing("move netDevice " + entry.key + " to the container") { () throws(SystemCallError) in
        try move.move(entry.key, as: entry.value.name)
      }
    }
    try doing("continuing after the network devices") { () throws(SystemCallError) in
      try channel.send(.netDevicesMoved)
    }
  }
}
