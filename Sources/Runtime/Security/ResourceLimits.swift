// Resource limits and the OOM score of the container's process.

public import Linux
public import OCI

/// Sets resource limits on a process, by its parent: raising one takes CAP_SYS_RESOURCE outside of any user namespace.
/// - Throws: also when a raise is refused: what config.json asks for is had, or there is no container.
public func setResourceLimits(_ limits: [OCI.Rlimit], of pid: Int32) throws(RuntimeError) {
  for limit in limits {
    let kind = Int32(limit.kind.rawValue)
    try doing(numbered("error setting rlimits for ready process: error setting rlimit type ", kind)) {
      () throws(SystemCallError) in
      try setResourceLimit(kind, soft: limit.soft, hard: limit.hard, name: limit.kind.name, of: pid)
    }
  }
}

/// Sets the resource limits and the OOM score of a process in a user namespace, by its parent.
/// - Parameter warn: receives what `oomScoreWarning` says.
func setLimits(_ process: OCI.Process, of pid: Int32, warn: (String) -> Void) throws(RuntimeError) {
  if let score = process.oomScoreAdj {
    do {
      let procfs = try calling { () throws(SystemCallError) in
        try Descriptor.workingDirectory.open("/proc", [.path, .directory])
      }
      if try !setOOMScore(score, of: numbered("", pid), procfs: procfs) { warn(oomScoreWarning(score)) }
    } catch {
      throw .systemCall(doing: "setting the OOM score adjustment", error.error)
    }
  }
  try setResourceLimits(process.rlimits, of: pid)
}

/// What is said when `setOOMScore` returns false.
func oomScoreWarning(_ score: Int32) -> String {
  numbered("ignoring oomScoreAdj ", score, ": lowering it needs CAP_SYS_RESOURCE")
}

/// Sets the badness adjustment of a process for the OOM killer.
/// - Parameters:
///   - score: -1000 to 1000.
///   - process: its name in the procfs.
///   - procfs: a procfs that nobody else can have mounted anything into.
/// - Returns: false when a negative score was refused because this process lacks CAP_SYS_RESOURCE. Then it goes on
///   with the old one: a written exception to failing closed, as callers ask for it as a matter of course.
public func setOOMScore(
  _ score: Int32, of process: String = "self", procfs: borrowing Descriptor
) throws(SetupFailure) -> Bool {
  do {
    try procfs.writeFile(process + "/oom_score_adj", numbered("", score), resolve: .procfs)
    return true
  } catch {
    if score < 0 && error.errno == .accessDenied { return false }
    throw .call(error)
  }
}
