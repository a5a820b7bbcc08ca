// Steps between `created` and the user's program: waiting for `start`.

import Linux

extension InitProcess {
  /// Opened for reading and writing: it never reads as ended, whatever becomes of a `start` that dies half-way, and
  /// writers see no reader (ENXIO, POLLERR) as soon as this process executes its program or dies.
  mutating func openFifo() throws(SetupFailure) {
    guard let state = resources.state.take() else { return }
    fifo = try calling { () throws(SystemCallError) in
      try state.open(StateDirectory.fifoName, .readWrite, resolve: .noSymlinks)
    }
  }

  /// Blocks until `start` writes its byte.
  func awaitStart() throws(SetupFailure) {
    var byte: [UInt8] = [0]
    try calling { () throws(SystemCallError) in _ = try fifo?.read(into: &byte) }
  }
}
