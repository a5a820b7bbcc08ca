// The process that `exec` runs.

internal import Linux
internal import OCI

extension ExecOptions {
  private static let fileLimit = 16 << 20

  /// The process as it shall be: the one of `--process`, or the container's own with what the options say.
  func process(of spec: Spec) throws(RuntimeError) -> Process {
    let process: Process
    if let processFile {
      process = try read(processFile).completed(by: spec.process ?? Process())
    } else {
      process = try changed(spec)
    }
    do {
      try process.validate()
    } catch {
      throw .invalidConfiguration(error.message)
    }
    return process
  }

  private func read(_ file: String) throws(RuntimeError) -> Process {
    let bytes = try doing("read the process") { () throws(SystemCallError) in
      try Descriptor.workingDirectory.readFile(file, limit: ExecOptions.fileLimit)
    }
    do {
      return try Process.decode(bytes)
    } catch {
      throw .invalidConfiguration("reading the process: " + error.message)
    }
  }

  private func changed(_ spec: Spec) throws(RuntimeError) -> Process {
    if arguments.isEmpty { throw .usage("exec args cannot be empty") }
    var process = spec.process ?? Process()
    process.args = arguments
    process.env += environment
    process.terminal = hasTerminal
    if let cwd { process.cwd = cwd }
    if let apparmorProfile { process.apparmorProfile = apparmorProfile }
    if let processLabel { process.selinuxLabel = processLabel }
    if let noNewPrivileges { process.noNewPrivileges = noNewPrivileges }
    addCapabilities(to: &process)
    try changeUser(&process.user)
    return process
  }

  private func addCapabilities(to process: inout Process) {
    if capabilities.isEmpty { return }
    var sets = process.capabilities ?? CapabilitySets()
    sets.bounding += capabilities
    sets.effective += capabilities
    sets.permitted += capabilities
    // An ambient capability must be inheritable, and no option makes it so (capabilities(7)).
    if !sets.inheritable.isEmpty { sets.ambient += capabilities }
    process.capabilities = sets
  }

  private func changeUser(_ user: inout User) throws(RuntimeError) {
    if let text = self.user {
      do {
        let ids = try UserIDs(text)
        user.uid = ids.uid
        if let gid = ids.gid { user.gid = gid }
      } catch {
        throw .usage(error.message)
      }
    }
    for gid in additionalGIDs {
      guard gid >= 0, gid <= Int(UserIDs.highest) else {
        throw .usage("additional-gids must be a positive number " + decimal(gid))
      }
      user.additionalGids.append(UInt32(gid))
    }
  }
}

extension Process {
  /// With what another one has and this one does not say, as with runc: a process of its own file is the container's
  /// in these things, and not in its resource limits.
  fileprivate consuming func completed(by other: Process) -> Process {
    if capabilities == nil { capabilities = other.capabilities }
    if apparmorProfile.isEmpty { apparmorProfile = other.apparmorProfile }
    if selinuxLabel.isEmpty { selinuxLabel = other.selinuxLabel }
    if scheduler == nil { scheduler = other.scheduler }
    if ioPriority == nil { ioPriority = other.ioPriority }
    if execCPUAffinity == nil { execCPUAffinity = other.execCPUAffinity }
    if user.umask == nil { user.umask = other.user.umask }
    return self
  }
}
