// Small files that others wait for.

import Linux

/// Small files that others wait for: they appear whole, by a rename, under their name.
enum ExitFile {
  /// Writes `text` under `path`, without a newline.
  static func write(_ text: String, to path: String) throws(SystemCallError) {
    let (folder, name) = LogFolder.split(path)
    let directory = try Descriptor.workingDirectory.open(folder, [.path, .directory])
    let temporary = "." + name + ".\(currentProcessID())"
    do {
      let file = try directory.open(temporary, [.writeOnly, .create, .truncate, .noFollow], mode: 0o666)
      try file.writeAll(text, subject: path)
      try file.close()
      try directory.rename(temporary, to: name, in: directory)
    } catch {
      try? directory.removeFile(temporary)
      throw error
    }
  }

  /// Makes an empty file, whose being there is the message.
  static func mark(_ path: String) throws(SystemCallError) {
    _ = try Descriptor.workingDirectory.open(path, [.readOnly, .create], mode: 0o666)
  }
}
