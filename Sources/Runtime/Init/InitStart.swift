// Waiting for `start`.

import Linux

extension InitProcess {
  /// Blocks until `start` writes its byte.
  func awaitStart() throws(SetupFailure) {
    var byte: [UInt8] = [0]
    try calling { () throws(SystemCallError) in
      switch resources.fifo {
      case .some(let fifo): _ = try fifo.read(into: &byte, subject: StateDirectory.fifoName)
      case .none: return
      }
    }
  }
}
