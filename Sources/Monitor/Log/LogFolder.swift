// The files of one log: the one that is written and the older ones beside it.

import Linux

/// The files of one log: the one that is written, and `NAME.1` to `NAME.N` beside it when they are kept. Every step is
/// taken below a descriptor of the directory, and no link is followed at the names themselves: whoever can write into
/// the directory, such as a container that has it as a volume, would choose which file of the host is written.
struct LogFolder {
  /// How the next file is begun.
  enum Succession: Sendable {
    /// The new file takes the name and the old one is gone, unless somebody has moved it away before.
    case replace
    /// This many older files stay.
    case keep(Int64)
  }

  let path: String
  let succession: Succession
  let allowedDirectories: [String]

  static let mode: UInt32 = 0o640

  /// Opens the log to go on at its end. Only below /dev and /proc a link is followed: `/dev/stdout` is one.
  func open() throws(SystemCallError) -> Descriptor {
    let flags: OpenFlags = [.writeOnly, .append, .create]
    return try Descriptor.workingDirectory.open(
      path, isOfKernel ? flags : flags.union(.noFollow), mode: LogFolder.mode)
  }

  /// Whether the log is a stream or a device of the kernel, in whose place no file is put.
  private var isOfKernel: Bool { path.utf8.starts(with: "/dev/".utf8) || path.utf8.starts(with: "/proc/".utf8) }

  /// Begins the next file under the log's name. The name appears by a rename, which watchers of the directory see.
  func succeed() throws(LogRotationError) -> Descriptor {
    if isOfKernel { throw .refused("the log is no file of its own") }
    let (folder, name) = LogFolder.split(path)
    switch succession {
    case .replace:
      return try LogRotationError.calling { () throws(SystemCallError) in
        let directory = try Descriptor.workingDirectory.open(folder, [.path, .directory])
        let temporary = name + ".tmp"
        let file = try LogFolder.make(temporary, in: directory)
        try directory.rename(temporary, to: name, in: directory)
        return file
      }
    case .keep(let count):
      return try rotate(folder, name, keeping: count)
    }
  }

  private func rotate(_ folder: String, _ name: String, keeping count: Int64) throws(LogRotationError) -> Descriptor {
    let directory = try LogRotationError.calling { () throws(SystemCallError) in
      try Descriptor.workingDirectory.open(folder, [.path, .directory])
    }
    try check(directory)
    return try LogRotationError.calling { () throws(SystemCallError) in
      let exists = try LogFolder.isFile(name, in: directory)
      let temporary = name + ".new"
      let file = try LogFolder.make(temporary, in: directory)
      // Somebody who has moved the log away keeps the older files in order, too.
      if exists { try LogFolder.shift(name, in: directory, keeping: count) }
      try directory.rename(temporary, to: name, in: directory)
      return file
    }
  }

  /// A new file, in place of whatever has the name.
  private static func make(
    _ name: String, in directory: borrowing Descriptor
  ) throws(SystemCallError) -> Descriptor {
    try ignoringAbsence { () throws(SystemCallError) in try directory.removeFile(name) }
    return try directory.open(name, [.writeOnly, .append, .create, .exclusive, .noFollow], mode: LogFolder.mode)
  }

  /// `.N-1` becomes `.N` and so on, then the log becomes `.1`. A file that is not there leaves a gap.
  private static func shift(
    _ name: String, in directory: borrowing Descriptor, keeping count: Int64
  ) throws(SystemCallError) {
    var number = try oldest(name, in: directory, most: count)
    while number > 1 {
      let (from, to) = (name + ".\(number - 1)", name + ".\(number)")
      try ignoringAbsence { () throws(SystemCallError) in try directory.rename(from, to: to, in: directory) }
      number -= 1
    }
    try directory.rename(name, to: name + ".1", in: directory)
  }

  /// The first number that is free, or `most`: counting from the end would take for ever with a great number of files.
  private static func oldest(
    _ name: String, in directory: borrowing Descriptor, most: Int64
  ) throws(SystemCallError) -> Int64 {
    var number: Int64 = 1
    while number < most {
      do {
        _ = try directory.status(of: name + ".\(number)")
      } catch {
        if error.errno == .noEntry { return number }
        throw error
      }
      number += 1
    }
    return number
  }

  /// Whether the name is there. A link at its place is refused (ELOOP): it would lead the renames elsewhere.
  private static func isFile(_ name: String, in directory: borrowing Descriptor) throws(SystemCallError) -> Bool {
    do throws(SystemCallError) {
      let status = try directory.status(of: name)
      if status.kind == .symbolicLink {
        throw SystemCallError(call: "renameat", subject: name, errno: .symbolicLinkLoop)
      }
      return true
    } catch {
      if error.errno == .noEntry { return false }
      throw error
    }
  }

  private static func ignoringAbsence(_ body: () throws(SystemCallError) -> Void) throws(SystemCallError) {
    do {
      try body()
    } catch {
      if error.errno != .noEntry { throw error }
    }
  }

  static func split(_ path: String) -> (folder: String, name: String) {
    let bytes = [UInt8](path.utf8)
    guard let slash = bytes.lastIndex(of: 47) else { return (".", path) }
    return (
      String(decoding: bytes[...slash], as: UTF8.self), String(decoding: bytes[(slash + 1)...], as: UTF8.self)
    )
  }
}

// MARK: - Where rotation is allowed

extension LogFolder {
  /// Anybody who may rename in the directory could put a link under our names between two steps; a sticky directory
  /// protects the files of others.
  private func check(_ directory: borrowing Descriptor) throws(LogRotationError) {
    let status = try LogRotationError.calling { () throws(SystemCallError) in try directory.status() }
    if status.permissions & 0o1002 == 0o002 { throw .refused("the directory of the log is writable for everybody") }
    if status.uid != 0 && status.uid != effectiveUserID() {
      throw .refused("the directory of the log belongs to somebody else")
    }
    if allowedDirectories.isEmpty { return }
    let real = LogFolder.realPath(directory)
    for allowed in allowedDirectories where !allowed.isEmpty {
      guard let root = LogFolder.realPath(of: allowed) else { continue }
      if real.isExactly(root) || real.utf8.starts(with: (root.utf8.count == 1 ? root : root + "/").utf8) { return }
    }
    throw .refused("the directory of the log is not among the allowed ones")
  }

  private static func realPath(_ directory: borrowing Descriptor) -> String {
    // What /proc cannot tell is in no list.
    (try? Descriptor.workingDirectory.readLink("/proc/self/fd/\(directory.number)")) ?? ""
  }

  private static func realPath(of path: String) -> String? {
    guard let directory = try? Descriptor.workingDirectory.open(path, [.path, .directory]) else { return nil }
    return realPath(directory)
  }
}
