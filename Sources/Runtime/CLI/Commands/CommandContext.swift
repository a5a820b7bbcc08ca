// What every command knows beside its own options.

internal import Linux
internal import OCI

/// What every command knows beside its own options.
final class CommandContext {
  let line: CommandLine
  let passed: PassedDescriptors
  /// As `NAME=value`.
  let environment: [String]
  let log: Log

  init(_ line: CommandLine, _ passed: PassedDescriptors, _ environment: [String], _ log: Log) {
    self.line = line
    self.passed = passed
    self.environment = environment
    self.log = log
  }

  var options: GlobalOptions { line.options }

  func variable(_ name: String) -> String? { ContainerRuntime.variable(name, in: environment) }

  /// The socket of the service manager that we are a service of (sd_notify(3)); nil without one.
  var serviceManager: String? {
    let path = variable("NOTIFY_SOCKET") ?? ""
    return path.isEmpty ? nil : path
  }

  /// The containers, for a command that changes something or needs one to be there.
  func store() throws(RuntimeError) -> ContainerStore { try ContainerStore(path: try stateRoot()) }

  /// Receives sentences about what was asked for and is ignored.
  var warn: (String) -> Void { { [log] in log.warning($0) } }

  /// The directory of the state: what `--root` says, else `/run/apus`, else for a user `$XDG_RUNTIME_DIR/apus`.
  func stateRoot() throws(RuntimeError) -> String {
    if let given = options.root {
      let root = try absolutePath(given)
      if sameBytes(root, "/") { throw .usage("Option --root argument should not be set to /") }
      return root
    }
    guard let runtimeDirectory = variable("XDG_RUNTIME_DIR"), honoursRuntimeDirectory else { return "/run/apus" }
    let root = runtimeDirectory + "/apus"
    try doing("make the state root (the path in $XDG_RUNTIME_DIR must be writable by the user)") {
      () throws(SystemCallError) in
      do throws(SystemCallError) {
        try Descriptor.workingDirectory.makeDirectory(root, mode: 0o700)
      } catch {
        if error.errno != .exists { throw error }
      }
      // The sticky bit keeps the clean-up of old files away (XDG Base Directory Specification).
      try Descriptor.workingDirectory.changeMode(of: root, 0o1700)
    }
    return root
  }

  /// Whether refusals of the cgroup file system are to be ignored.
  var ignoresCgroupRefusals: Bool {
    switch options.rootless {
    case .on: return true
    case .off: return false
    case .automatic: return effectiveUserID() != 0 || UserNamespace.isNested
    }
  }

  /// Root of the host keeps to /run; root of a user namespace counts as a user unless `$USER` says that it is root.
  private var honoursRuntimeDirectory: Bool {
    if effectiveUserID() != 0 { return true }
    return UserNamespace.isNested && !sameBytes(variable("USER") ?? "", "root")
  }
}

/// The user namespace of this process.
enum UserNamespace {
  /// Whether it is another one than the host's, which maps all ids to themselves (user_namespaces(7)).
  static var isNested: Bool {
    guard let map = try? Descriptor.workingDirectory.readFile("/proc/self/uid_map") else { return false }
    let words = pieces(map[...]) { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
    return !(words.count == 3 && isSame(words[0], "0") && isSame(words[1], "0") && isSame(words[2], "4294967295"))
  }
}

/// The path from `/` on, without `.`, `..` and empty names, as text only: links are not looked at.
func absolutePath(_ path: String) throws(RuntimeError) -> String {
  if path.utf8.first == UInt8(ascii: "/") { return cleanPath(path) }
  let directory = try doing("find the working directory") { () throws(SystemCallError) in try currentDirectory() }
  return cleanPath(directory + "/" + path)
}

/// An absolute path without `.`, `..` and empty names.
func cleanPath(_ path: String) -> String {
  var names: [ArraySlice<UInt8>] = []
  for name in pieces([UInt8](path.utf8)[...], { $0 == UInt8(ascii: "/") }) {
    if isSame(name, "..") {
      if !names.isEmpty { names.removeLast() }
    } else if !isSame(name, ".") {
      names.append(name)
    }
  }
  var bytes: [UInt8] = names.isEmpty ? [UInt8(ascii: "/")] : []
  for name in names {
    bytes.append(UInt8(ascii: "/"))
    bytes.append(contentsOf: name)
  }
  return text(bytes[...])
}
