// The checks of a configuration that need no look at the host.

extension Spec {
  /// Checks all that can be checked without a look at the host, before anything is changed. Phrases that callers may
  /// look for are those of runc.
  /// - Returns: Warnings, a sentence each.
  @discardableResult
  public func validate(_ context: ValidationContext = []) throws(SpecError) -> [String] {
    var warnings: [String] = []
    try checkVersion()
    guard !root.path.isEmpty else { throw SpecError("root.path", "root must be specified") }
    guard let process else { throw SpecError("process", "process property must not be empty") }
    try process.validate(&warnings)
    try checkNamespaces(context)
    try checkName(hostname, "hostname")
    try checkName(domainname, "domainname")
    try checkMounts(context, &warnings)
    try hooks.validate()
    try linux.validate(context, &warnings)
    _ = try landlock()
    return warnings
  }

  /// What `validate` refuses, and what it would refuse after that: the first fault of each part.
  public func refusals(_ context: ValidationContext, _ warnings: inout [String]) -> [SpecError] {
    var found: [SpecError] = []
    collect(&found) { () throws(SpecError) in try checkVersion() }
    if root.path.isEmpty { found.append(SpecError("root.path", "root must be specified")) }
    if let process {
      collect(&found) { () throws(SpecError) in try process.validate(&warnings) }
    }
    collect(&found) { () throws(SpecError) in try checkNamespaces(context) }
    collect(&found) { () throws(SpecError) in try checkName(hostname, "hostname") }
    collect(&found) { () throws(SpecError) in try checkName(domainname, "domainname") }
    collect(&found) { () throws(SpecError) in try checkMounts(context, &warnings) }
    collect(&found) { () throws(SpecError) in try hooks.validate() }
    linux.refusals(context, &warnings, &found)
    collect(&found) { () throws(SpecError) in _ = try landlock() }
    return found
  }

  /// SemVer 2.0.0; any version 1 is accepted, since the specification stays compatible within a major version.
  private func checkVersion() throws(SpecError) {
    guard !version.isEmpty else { throw SpecError("ociVersion", "is missing") }
    let withoutBuild = pieces(of: version, separator: UInt8(ascii: "+"))
    let core = pieces(of: pieces(of: withoutBuild[0], separator: UInt8(ascii: "-"))[0], separator: UInt8(ascii: "."))
    var isValid = core.count == 3 && withoutBuild.count <= 2
    for part in core {
      let hasLeadingZero = part.utf8.count > 1 && hasPrefix(part, "0")
      isValid = isValid && number(part, atMost: UInt64(UInt32.max)) != nil && !hasLeadingZero
    }
    let bytes = version.utf8.span
    for index in bytes.indices {
      switch bytes[index] {
      case UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "+"): isValid = isValid && index + 1 < bytes.count
      default: isValid = isValid && (isDigit(bytes[index]) || isLetter(bytes[index]))
      }
    }
    guard isValid else { throw SpecError("ociVersion", sentence("% is no semantic version", quoted(version))) }
    guard sameBytes(core[0], "1") else {
      throw SpecError("ociVersion", sentence("version % is not supported, only 1.x.y is", quoted(version)))
    }
  }

  /// The kernel's limit is 64 bytes (sethostname(2), setdomainname(2)).
  private func checkName(_ name: String, _ field: String) throws(SpecError) {
    guard !name.isEmpty else { return }
    guard linux.namespace(.uts) != nil else {
      throw SpecError(field, sentence("unable to set % without a private UTS namespace", field))
    }
    guard name.utf8.count <= 64 else { throw SpecError(field, "is longer than 64 bytes") }
  }
}

/// Adds what a check throws.
func collect(_ found: inout [SpecError], _ check: () throws(SpecError) -> Void) {
  do throws(SpecError) {
    try check()
  } catch {
    found.append(error)
  }
}
