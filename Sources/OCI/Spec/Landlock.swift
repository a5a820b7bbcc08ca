// What a container may reach by Landlock, out of an annotation.

/// What a container may reach by Landlock (landlock(7)): the annotation `org.apus.landlock`, a JSON text in the form
/// that runtime-spec pull request 1241 proposes, with the network, ports and scopes that have come since.
///
/// ```
/// {"ruleset": {"handledAccessFS": ["execute"], "handledAccessNetwork": ["bind_tcp"], "scoped": ["signal"]},
///  "rules": {"pathBeneath": [{"allowedAccess": ["execute"], "paths": ["/usr"]}],
///            "netPort": [{"allowedAccess": ["bind_tcp"], "port": 80}]}}
/// ```
public final class Landlock: Sendable {
  public static let annotation = "org.apus.landlock"

  /// Names in the order of the kernel's bits (linux/landlock.h).
  private static let fileAccesses = [
    "execute", "write_file", "read_file", "read_dir", "remove_dir", "remove_file", "make_char", "make_dir", "make_reg",
    "make_sock", "make_fifo", "make_block", "make_sym", "refer", "truncate", "ioctl_dev",
  ]
  private static let networkAccesses = ["bind_tcp", "connect_tcp"]
  private static let scopeNames = ["abstract_unix_socket", "signal"]

  /// What can be allowed for a file that is no directory.
  public static let accessesOfFiles: UInt64 = 0xc007

  /// What is forbidden but for what the rules allow, in the kernel's bits.
  public let (files, network, scopes): (UInt64, UInt64, UInt64)
  /// Absolute, in the container, and what is allowed there.
  public let (paths, pathAccesses): ([String], [UInt64])
  public let (ports, portAccesses): ([UInt32], [UInt64])

  /// - Throws: what is wrong with the text, at its place in it. A name or a field that is not known is refused: what
  ///   is meant to be forbidden must not stay allowed.
  public init(_ text: String) throws(SpecError) {
    let coder = JSONCoder(reading: try JSONParser.parse([UInt8](text.utf8)))
    coder.tracksFields()
    try coder.expectObject()
    var handled: (files: UInt64, network: UInt64, scopes: UInt64) = (0, 0, 0)
    if try coder.enterObject("ruleset", .optional) {
      handled.files = try coder.bits("handledAccessFS", Landlock.fileAccesses)
      handled.network = try coder.bits("handledAccessNetwork", Landlock.networkAccesses)
      handled.scopes = try coder.bits("scoped", Landlock.scopeNames)
      coder.leaveObject(.optional)
    }
    if handled.files | handled.network | handled.scopes == 0 { throw SpecError("ruleset", "handles nothing") }
    var (paths, pathAccesses): ([String], [UInt64]) = ([], [])
    var (ports, portAccesses): ([UInt32], [UInt64]) = ([], [])
    if try coder.enterObject("rules", .optional) {
      let pathCount = try coder.enterList("pathBeneath", 0)
      for _ in 0..<(pathCount ?? 0) {
        let access = try coder.ruleAccess(Landlock.fileAccesses, handled.files)
        let found = try coder.paths()
        paths += found
        for _ in found { pathAccesses.append(access) }
        coder.leaveElement()
      }
      if pathCount != nil { coder.leaveList() }
      let portCount = try coder.enterList("netPort", 0)
      for _ in 0..<(portCount ?? 0) {
        portAccesses.append(try coder.ruleAccess(Landlock.networkAccesses, handled.network))
        guard let node = try coder.node("port", .required) else { break }
        ports.append(UInt32(truncatingIfNeeded: try coder.integer(node, 0, 65535)))
        coder.leaveElement()
      }
      if portCount != nil { coder.leaveList() }
      coder.leaveObject(.optional)
    }
    if let error = coder.unknownFields.first { throw error }
    (files, network, scopes) = handled
    (self.paths, self.pathAccesses, self.ports, self.portAccesses) = (paths, pathAccesses, ports, portAccesses)
  }

  /// What a kernel with this version of Landlock lacks; nil when it has all that is asked for.
  public func refusal(version: Int) -> SpecError? {
    var (wanted, field) = (1, "handledAccessFS")
    if files >> 13 != 0 { wanted = 2 }
    if files >> 14 != 0 { wanted = 3 }
    if network != 0 { (wanted, field) = (4, "handledAccessNetwork") }
    if files >> 15 != 0 { (wanted, field) = (5, "handledAccessFS") }
    if scopes != 0 { (wanted, field) = (6, "scoped") }
    if version >= wanted { return nil }
    let reason = sentence("needs version % of Landlock, this kernel has version %", String(wanted), String(version))
    return Landlock.error(SpecError("ruleset." + field, reason))
  }

  /// As an error of config.json.
  fileprivate static func error(_ error: SpecError) -> SpecError {
    SpecError("annotations." + annotation, error.message)
  }
}

extension JSONCoder {
  /// The bits of a list of names.
  fileprivate func bits(_ name: String, _ known: [String]) throws(SpecError) -> UInt64 {
    var indices: [UInt8]?
    try several(name, &indices, known, ("unknown name ", ""))
    var bits: UInt64 = 0
    for index in indices ?? [] { bits |= 1 << UInt64(index) }
    return bits
  }

  /// Begins a rule.
  fileprivate func ruleAccess(_ known: [String], _ handled: UInt64) throws(SpecError) -> UInt64 {
    try enterElement()
    let access = try bits("allowedAccess", known)
    let field = document.path(to: current) + ".allowedAccess"
    if access == 0 { throw SpecError(field, "is empty") }
    for index in known.indices where access & ~handled & 1 << UInt64(index) != 0 {
      throw SpecError(field, sentence("% is not handled", quoted(known[index])))
    }
    return access
  }

  fileprivate func paths() throws(SpecError) -> [String] {
    var paths: [String] = []
    try field("paths", &paths)
    let field = document.path(to: current) + ".paths"
    if paths.isEmpty { throw SpecError(field, "is empty") }
    for index in paths.indices where !hasPrefix(paths[index], "/") {
      throw SpecError(element(field, index), "must be an absolute path")
    }
    return paths
  }
}

extension Spec {
  /// What the container may reach by Landlock; nil without the annotation.
  public func landlock() throws(SpecError) -> Landlock? {
    for entry in annotations.entries where sameBytes(entry.key, Landlock.annotation) {
      do {
        return try Landlock(entry.value)
      } catch {
        throw Landlock.error(error)
      }
    }
    return nil
  }
}
