// How the commands that look at containers print what they found.

internal import Linux
internal import OCI

extension Command {
  /// Prints containers, as `list` does.
  func show(_ reports: [StateReport], _ format: OutputFormat, isQuiet: Bool) throws(RuntimeError) {
    if isQuiet {
      var text = ""
      for report in reports { append(report.id + "\n", to: &text) }
      return try ApusProgram.show(text)
    }
    switch try format.kind() {
    case .table: try ApusProgram.show(StateReport.table(reports))
    case .json: try ApusProgram.show(StateReport.encoded(list: reports) + [UInt8(ascii: "\n")])
    }
  }

  /// Prints the processes of a container, as `ps` does.
  func show(
    _ pids: [Int32], _ format: OutputFormat, arguments: [String], _ context: CommandContext
  ) throws(RuntimeError) {
    if try format.kind() == .json {
      var writer = JSONWriter()
      writer.beginList()
      for pid in pids { writer.integer(Int64(pid)) }
      writer.endList()
      return try ApusProgram.show(writer.bytes + [UInt8(ascii: "\n")])
    }
    let program = HostProgram(
      name: "ps", arguments: arguments.isEmpty ? ["-ef"] : arguments, environment: context.environment,
      path: context.variable("PATH") ?? "/usr/local/bin:/usr/bin:/bin")
    let (status, output) = try program.run()
    if status != .exited(0) {
      throw .unsupported(joined(["exit status ", decimal(Int(status.shellCode)), ": ", text(output[...])]))
    }
    try ApusProgram.show(try ProcessListing.filter(output, pids: pids))
  }
}

extension OutputFormat {
  enum Kind { case table, json }

  func kind() throws(RuntimeError) -> Kind {
    if sameBytes(name, "table") { return .table }
    if sameBytes(name, "json") { return .json }
    throw .usage("invalid format option")
  }
}
