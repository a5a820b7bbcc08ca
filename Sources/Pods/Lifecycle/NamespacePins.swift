// The namespaces of a pod, kept without a process.

/// The namespaces of a pod, kept by mounts of their files: `apus-pause pin` leaves its own for new ones, pins those and
/// ends. No thread of this process ever changes its namespaces.
struct NamespacePins {
  let settings: NodeSettings
  let pod: PodRecord
  let folder: String

  func make(on pool: WorkerPool) async throws {
    var words = ["pin"]
    if let path = pod.userNamespace, let owners = pod.owners {
      words.append("--user=" + path)
      for (option, ranges) in [("--uid-mapping", owners.uids), ("--gid-mapping", owners.gids)] {
        words += [option, ranges.map(\.words).joined(separator: "@")]
      }
    }
    if let path = pod.ipcNamespace { words.append("--ipc=" + path) }
    if let path = pod.networkNamespace { words.append("--net=" + path) }
    if let path = pod.utsNamespace { words += ["--uts=" + path, "--hostname", pod.hostname] }
    for (name, value) in pod.configuration.sysctls.sorted(by: { $0.key < $1.key }) {
      words += ["--sysctl", "\(name)=\(value)"]
    }
    try await pool.run(pod.id) { [folder] in try Node.makeFolder(folder, mode: 0o700) }
    var run = ChildRun(settings.pause, words)
    run.timeout = .seconds(60)
    let outcome = try await run.outcome(on: pool, pod.id)
    guard outcome.succeeded else {
      throw PodError(.failed, "pinning the namespaces: \(RuntimeMessage.text(outcome.errors))")
    }
  }
}
