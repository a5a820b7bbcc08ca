// Where the terminal of a new process goes.

import Linux
import OCI

/// What a new process and its caller want of a terminal.
struct TerminalNeeds: OptionSet {
  let rawValue: UInt8

  /// The process has one.
  static let terminal = TerminalNeeds(rawValue: 1)
  /// The caller relays it by itself.
  static let relay = TerminalNeeds(rawValue: 2)

  init(rawValue: UInt8) { self.rawValue = rawValue }

  init(_ process: Process?, relays: Bool) {
    rawValue = (process?.terminal ?? false ? 1 : 0) | (relays ? 2 : 0)
  }
}

/// Where the master of a new pty goes: to a socket of the caller's, connected before anything is made, or to ourselves.
struct TerminalPreparation: ~Copyable {
  /// The end that the child sends the master to.
  var sender: ConsoleSocket?
  /// Our own end, when we relay the terminal ourselves.
  var receiver: Descriptor?

  init(path: String?, _ needs: TerminalNeeds) throws(RuntimeError) {
    if let path {
      if !needs.contains(.terminal) { throw .usage("cannot use console socket if the process has no terminal") }
      sender = try ConsoleSocket(connectingTo: path)
    } else if needs.contains(.terminal) {
      if !needs.contains(.relay) {
        throw .usage("cannot allocate tty if the runtime will detach without setting console socket")
      }
      try ForegroundTerminal.check()
      let pair = try doing("making the console's socket") { () throws(SystemCallError) in
        try DescriptorPair.sockets(.stream)
      }
      sender = ConsoleSocket(pair.first)
      receiver = .some(pair.second)
    }
  }

  /// The master that the child has sent us; nil when it went to the caller's socket or there is none.
  mutating func takeMaster() throws(SystemCallError) -> Descriptor? {
    guard let receiver = receiver.take() else { return nil }
    var message = try receiver.receive(limit: 4096)
    return message.takeDescriptor()
  }
}
