// Handing a pidfd to a caller's socket.

import Linux

/// Sends a pidfd to a socket of the caller's, named as receivers of runc expect it.
func sendPidfd(_ number: Int32, to path: String) throws(RuntimeError) {
  try doing("sending the pidfd") { () throws(SystemCallError) in
    let socket = try Descriptor.connect(to: path)
    try socket.send([UInt8]("pidfd".utf8), descriptors: [number])
  }
}
