// Files that tell the number of a process.

internal import Linux

/// A file that tells the number of a process.
enum PidFile {
  /// Writes the file so that a reader sees either nothing or the whole number: beside it under another name, then
  /// renamed.
  /// - Parameter path: absolute, or relative to the working directory.
  static func write(_ pid: Int32, to path: String) throws(RuntimeError) {
    let (directoryPath, name) = splitPath(path)
    do throws(SystemCallError) {
      let directory = try Descriptor.workingDirectory.open(directoryPath, [.readOnly, .directory])
      let temporary = "." + name
      // Who was killed while writing has left it; a link is removed itself. What cannot be removed is told by `open`.
      do { try directory.removeFile(temporary) } catch {}
      let file = try directory.open(temporary, [.writeOnly, .create, .exclusive], mode: 0o666)
      do {
        try file.writeAll(decimal(Int(pid)), subject: path)
        try directory.rename(temporary, to: name, in: directory)
      } catch {
        // The first error counts.
        do { try directory.removeFile(temporary) } catch {}
        throw error
      }
    } catch {
      throw .systemCall(doing: "write the pid file", error)
    }
  }
}
