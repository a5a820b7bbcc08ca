// What `apus` has `apus-extra` ask of systemd.

internal import Linux
internal import OCI

enum SystemdCommand {
  /// Performs `@systemd start|stop DIRECTORY PID`: goes on as `apus-systemd`.
  /// - Returns: why that failed.
  static func perform(_ words: ArraySlice<String>) -> RuntimeError {
    let words = Array(words)
    if words.count != 3 { return .usage("apus-extra is executed by apus: call that") }
    do throws(RuntimeError) {
      let directory = try doing("opening the state directory") { () throws(SystemCallError) in
        try Descriptor.workingDirectory.open(words[1], [.readOnly, .directory])
      }
      let state = StateDirectory(id: "", directory: directory)
      let record = try state.readRecord()
      if sameBytes(words[0], "stop") { return execute(["stop", record.unit]) }
      let spec = try state.readSpec()
      let scope = try SystemdScope(cgroupsPath: spec.linux.cgroupsPath, id: record.id)
      var properties = SystemdProperties(scope, id: record.id, pid: words[2])
      try properties.add(
        try limitWrites(spec.linux.resources, kind: .v2, purpose: .create(devices: spec.linux.devices)))
      // Last of all, as what is asked for by name.
      try properties.add(spec.annotations)
      return execute(["start", scope.unit] + properties.list)
    } catch {
      return error
    }
  }

  /// Changes the limits of a unit, as the files of its cgroup are about to be.
  static func update(_ unit: String, _ writes: [CgroupWrite]) throws(RuntimeError) {
    var properties = SystemdProperties()
    try properties.add(writes)
    if properties.list.isEmpty { return }
    let program = HostProgram(
      name: name, arguments: ["set", unit] + properties.list, environment: processEnvironment(), path: folders)
    let (status, output) = try program.run()
    if status != .exited(0) { throw .setup("systemd: " + text(output[...])) }
  }

  private static let name = "apus-systemd"

  private static var folders: String {
    let own = (try? Descriptor.workingDirectory.readLink("/proc/self/exe")) ?? ""
    return text(directoryPart([UInt8](own.utf8)[...])) + ":/usr/libexec/apus"
  }

  private static func execute(_ arguments: [String]) -> RuntimeError {
    let words = StringVector([name] + arguments)
    let variables = StringVector(processEnvironment())
    var failure = SystemCallError(call: "execve", subject: name, errno: .noEntry)
    for folder in pieces([UInt8](folders.utf8)[...], { $0 == UInt8(ascii: ":") }) where failure.errno == .noEntry {
      failure = StringVector.execute(joined([text(folder), "/", name]), arguments: words, environment: variables)
    }
    return .systemCall(doing: "running apus-systemd", failure)
  }
}
