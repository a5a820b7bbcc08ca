// The socket of the service.

import Foundation
import Linux

/// The socket of the service.
enum ServiceSocket {
  /// Makes the socket in a folder that is closed to everybody else, in place of one that a dead daemon left: whoever
  /// holds the lock is the only one.
  static func make(_ path: String) throws(SettingError) -> Descriptor {
    try makeFolder((path as NSString).deletingLastPathComponent)
    do throws(SystemCallError) {
      do throws(SystemCallError) { try Descriptor.workingDirectory.removeFile(path) } catch {
        if error.errno != .noEntry { throw error }
      }
      let socket = try Descriptor.socket(.stream)
      try socket.bind(path)
      try Descriptor.workingDirectory.changeMode(of: path, 0o600)
      // From here on clients may come and wait for the service, which listens once more.
      try socket.listen(backlog: 128)
      return socket
    } catch {
      throw SettingError(message: "making the socket '\(path)': \(error.message)")
    }
  }

  static func makeFolder(_ path: String) throws(SettingError) {
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw SettingError(message: "making the folder '\(path)': \(error.localizedDescription)")
    }
  }
}
