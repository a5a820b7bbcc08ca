// The command `validate`.

internal import Linux
internal import OCI

extension ExtraProgram {
  /// Looks at the bundle without changing anything, and shows what is wrong with it.
  /// - Returns: whether nothing is that weighs as much as was asked for.
  static func performValidate(_ flags: ScannedArguments) throws(RuntimeError) -> Bool {
    let format = OutputFormat(flags.text(.format) ?? "text")
    let isJSON = sameBytes(format.name, "json")
    if !isJSON && !sameBytes(format.name, "text") { throw .usage("invalid format option") }
    let level = flags.text(.level) ?? "must"
    let isStrict = sameBytes(level, "should")
    if !isStrict && !sameBytes(level, "must") { throw .usage("invalid level: " + level + " is not must or should") }
    let path = try absolutePath(flags.text(.bundle) ?? ".")
    let findings = try BundleReport(path, looksAtHost: flags.isOn(.host)).findings
    var isValid = true
    for finding in findings where isStrict || finding.level != .should { isValid = false }
    try ApusProgram.show(
      isJSON ? json(findings, path, isValid: isValid) : [UInt8](text(findings, path, isValid: isValid).utf8))
    return isValid
  }

  /// A line for each finding: level, section, field, reason.
  private static func text(_ findings: [Finding], _ path: String, isValid: Bool) -> String {
    var lines: [String] = []
    for finding in findings {
      let field = finding.field.utf8.isEmpty ? "" : " " + finding.field
      lines.append(joined([finding.level.text, " ", finding.section, field, ": ", finding.reason, "\n"]))
    }
    if isValid { lines.append("the bundle " + path + " is valid\n") }
    return joined(lines)
  }

  private static func json(_ findings: [Finding], _ path: String, isValid: Bool) -> [UInt8] {
    var json = JSONWriter(.twoSpaces)
    json.beginObject()
    json.name("bundle")
    json.string(path)
    json.name("valid")
    json.boolean(isValid)
    json.name("findings")
    json.beginList()
    for finding in findings {
      json.beginObject()
      for (name, value) in [
        ("level", finding.level.text), ("section", finding.section), ("field", finding.field),
        ("message", finding.reason),
      ] {
        json.name(name)
        json.string(value)
      }
      json.endObject()
    }
    json.endList()
    json.endObject()
    return json.bytes + [UInt8(ascii: "\n")]
  }
}
