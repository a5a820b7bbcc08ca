// Finding the program that a container is to execute.

internal import Linux
internal import OCI

/// Finds the program that a container is to execute: inside its root, as its user, with its working directory.
public enum ExecutableLookup {
  /// - Parameters:
  ///   - name: the first argument of the process.
  ///   - environment: `NAME=value`; of several PATHs the last one counts.
  /// - Returns: a path for execve(2).
  /// - Throws: in the words of runc, by which callers tell 126 from 127.
  public static func find(_ name: String, environment: [String]) throws(SetupFailure) -> String {
    if holds(name, anyOf: "/") {
      if let problem = problem(with: name) { throw .refused("exec: " + quoted(name) + ": " + problem) }
      return name
    }
    let path = isPlain(name) ? searchPath(in: environment) : ""
    for directory in fields([UInt8](path.utf8)[...], UInt8(ascii: ":")) {
      if path.utf8.isEmpty { break }
      let candidate = join(directory, name)
      if problem(with: candidate) != nil { continue }
      if candidate.utf8.first == slash { return candidate }
      throw .refused("exec: " + quoted(name) + ": cannot run executable found relative to current directory")
    }
    throw .refused("exec: " + quoted(name) + ": executable file not found in $PATH")
  }

  /// Nothing and the names of directories are never looked for.
  private static func isPlain(_ name: String) -> Bool {
    !(name.utf8.isEmpty || sameBytes(name, ".") || sameBytes(name, ".."))
  }

  private static let slash = UInt8(ascii: "/")

  /// Why a path cannot be executed; nil when it can.
  private static func problem(with path: String) -> String? {
    do {
      if try Descriptor.workingDirectory.status(of: path, followLinks: true).kind == .directory {
        return Errno.isDirectory.message
      }
    } catch {
      return "stat " + path + ": " + error.errno.message
    }
    do {
      try checkExecutable(path)
      return nil
    } catch {
      return error.errno.message
    }
  }

  /// The value of PATH, empty when there is none: then nothing is found, as in runc.
  static func searchPath(in environment: [String]) -> String {
    let prefix = "PATH="
    var value = ""
    for entry in environment where hasPrefix(entry, prefix) { value = text([UInt8](entry.utf8)[prefix.utf8.count...]) }
    return value
  }

  /// An empty directory is the working directory.
  private static func join(_ directory: ArraySlice<UInt8>, _ name: String) -> String {
    if directory.isEmpty { return name }
    return text(directory) + (directory.last == slash ? "" : "/") + name
  }

  /// As Go's strconv.Quote for what can stand in a path and be matched: bytes that would break the line are escaped.
  static func quoted(_ text: String) -> String {
    var bytes: [UInt8] = [0x22]
    for byte in text.utf8 {
      switch byte {
      case 0x22, 0x5c: bytes += [0x5c, byte]
      case 0x0a: bytes += [0x5c, 0x6e]
      case 0x0d: bytes += [0x5c, 0x72]
      case 0x09: bytes += [0x5c, 0x74]
      case 0..<0x20, 0x7f: bytes += [0x5c, 0x78, hexadecimal(byte >> 4), hexadecimal(byte & 15)]
      default: bytes.append(byte)
      }
    }
    bytes.append(0x22)
    return ContainerRuntime.text(bytes[...])
  }

  private static func hexadecimal(_ digit: UInt8) -> UInt8 { digit < 10 ? 48 + digit : 87 + digit }
}
