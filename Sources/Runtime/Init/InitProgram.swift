// Steps that turn root of the container into the user's process.

import Linux
import OCI

/// All that execve needs, made before the moment in which nothing else may be called.
struct PreparedProgram: ~Copyable {
  let path: String
  let arguments: StringVector
  let environment: StringVector
}

extension InitProcess {
  /// As root first: the directory may be closed to the user, as runc allows. The user tries again where root may not.
  mutating func enterWorkingDirectory(_ path: String) throws(SetupFailure) {
    do {
      try changeDirectory(path)
    } catch {
      if error.errno != .accessDenied { throw .call(error) }
      mustRetryWorkingDirectory = true
      return
    }
    try checkWorkingDirectory()
  }

  func retryWorkingDirectory(_ path: String) throws(SetupFailure) {
    if !mustRetryWorkingDirectory { return }
    try calling { () throws(SystemCallError) in try changeDirectory(path) }
    try checkWorkingDirectory()
  }

  /// A working directory reached through a leaked descriptor lies outside the root (CVE-2024-21626).
  private func checkWorkingDirectory() throws(SetupFailure) {
    guard let path = try? currentDirectory(), path.utf8.first == UInt8(ascii: "/") else {
      throw .refused(
        "current working directory is outside of the container's root: possible container breakout detected")
    }
  }

  /// Who the process is: owner of its standard streams, groups, ids, umask.
  mutating func setIdentity(_ plan: IdentityPlan) throws(SetupFailure) {
    try plan.ownStandardStreams()
    try setGroups(of: plan)
    try plan.apply()
    // The change of ids cleared it (prctl(2)).
    try calling { () throws(SystemCallError) in try ProcessControl.setParentDeathSignal(Signal.kill) }
  }

  /// Where the user namespace forbids it the groups stay; asked only when they are refused.
  private mutating func setGroups(of plan: IdentityPlan) throws(SetupFailure) {
    do {
      try plan.setGroups()
    } catch {
      if error.errno != .notPermitted { throw .call(error) }
      let isForbidden = try withProcfs { (procfs) throws(SetupFailure) in
        try IdentityPlan.mayNotSetGroups(procfs: procfs)
      }
      if !isForbidden { throw .call(error) }
      // The primary one is no wish for another.
      if plan.groups.count > 1 { throw .refused("cannot set any additional groups in a rootless container") }
    }
  }

  mutating func applyCapabilities(_ plan: CapabilityPlan) throws(SetupFailure) {
    for warning in try plan.apply().warnings { try warn(warning) }
    if plan.lent != 0 { finalCapabilities = try plan.finalSets() }
  }

  /// One capset(2), and not even that when nothing was lent that the program does not get anyway.
  func returnCapabilities() throws(SetupFailure) {
    guard let sets = finalCapabilities else { return }
    try calling { () throws(SystemCallError) in try sets.apply() }
  }

  /// Only where the environment has no HOME. A file of users that is no plain file, or too long, tells nothing.
  mutating func findHome(of uid: UInt32) throws(SetupFailure) {
    // The last one counts.
    if let given = resources.process.env.last(where: { hasPrefix($0, "HOME=") }), given.utf8.count > 5 { return }
    let root = try calling { () throws(SystemCallError) in
      try Descriptor.workingDirectory.open("/", [.path, .directory])
    }
    home = ContainerUserFiles.home(of: uid, root: root)
  }

  mutating func setOOMScore(_ score: Int32) throws(SetupFailure) {
    let isSet = try withProcfs { (procfs) throws(SetupFailure) in
      try ContainerRuntime.setOOMScore(score, procfs: procfs)
    }
    if !isSet { try warn(oomScoreWarning(score)) }
  }

  func setResourceLimits(_ limits: [Rlimit]) throws(SetupFailure) {
    for limit in limits {
      try calling { () throws(SystemCallError) in
        try setResourceLimit(Int32(limit.kind.rawValue), soft: limit.soft, hard: limit.hard, name: limit.kind.name)
      }
    }
  }

  mutating func applyLabels(appArmor: String, seLinux: String) throws(SetupFailure) {
    try withProcfs { (procfs) throws(SetupFailure) in
      try SecurityLabel.applyAppArmor(appArmor, procfs: procfs)
      try SecurityLabel.applySELinux(seLinux, procfs: procfs)
    }
  }

  /// Whoever answers the filter's questions gets the listener from the parent, which takes it out of this process.
  func loadSeccomp() throws(SetupFailure) {
    guard let listener = try resources.seccomp?.load() else { return }
    try send(.listening(number: listener.number))
    if try resources.channel.receive() != .listenerTaken { throw InitProcess.unexpected }
    // Nobody would learn that the agent is gone while we held it. A filter that forbids even this is none of ours.
    try? listener.close()
  }

  mutating func findExecutable() throws(SetupFailure) {
    let process = resources.process
    let environment = ProcessEnvironment(process.env, home: home).entries
    let path = try ExecutableLookup.find(process.args.first ?? "", environment: environment)
    program = PreparedProgram(
      path: path, arguments: StringVector(process.args), environment: StringVector(environment))
  }

  /// Whatever the caller of the runtime left open ends here (CVE-2016-9962, CVE-2024-21626).
  func closeDescriptors() throws(SetupFailure) {
    let kept = resources.preservedDescriptors
    try calling { () throws(SystemCallError) in
      for number in 3..<(3 + kept) { try setCloseOnExec(false, number: number) }
      try closeOnExec(from: 3 + kept)
    }
  }

  /// Returns only on failure.
  func execute() -> SetupFailure {
    switch program {
    case .some(let program): return program.execute()
    case .none: return .refused("there is no program to execute")
    }
  }
}

extension PreparedProgram {
  /// Returns only on failure, in the words that callers match.
  fileprivate func execute() -> SetupFailure {
    let error = StringVector.execute(path, arguments: arguments, environment: environment)
    return .refused("exec " + path + ": " + error.errno.message)
  }
}
