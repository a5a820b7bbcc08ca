// The lock that tells one daemon from two.

import Linux
import Pods

/// The one daemon of its folders, as long as this value lives.
final class InstanceLock {
  private let files: [Holder]

  private final class Holder {
    let file: Descriptor
    init(_ file: consuming Descriptor) { self.file = file }
  }

  init(_ settings: DaemonSettings) throws(SettingError) {
    var files: [Holder] = []
    for folder in [settings.node.root, settings.node.runRoot] {
      try ServiceSocket.makeFolder(folder)
      let path = folder + "/apusd.lock"
      do throws(SystemCallError) {
        let file = try Descriptor.workingDirectory.open(path, [.readWrite, .create, .noFollow], mode: 0o600)
        guard try file.tryLock() else {
          throw SystemCallError(call: "flock", subject: path, errno: .busy)
        }
        files.append(Holder(file))
      } catch {
        if error.errno == .busy { throw SettingError(message: "another apusd uses '\(folder)'") }
        throw SettingError(message: "locking '\(path)': \(error.message)")
      }
    }
    self.files = files
  }

  func release() {
    for holder in files { try? holder.file.unlock() }
  }
}
