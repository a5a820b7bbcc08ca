// Making a pod.

internal import Foundation
internal import Linux

extension Node {
  /// Makes a pod: its namespaces, its network, its files, and its process 1 where it has process namespace of its own.
  /// Asked again for the same, it gives the one that is there.
  /// - Returns: the id.
  public func runPod(_ configuration: PodConfiguration) async throws -> String {
    try PodCheck.check(configuration, settings)
    try UserNamespaceCheck(
      handler: settings.handler(configuration.runtimeHandler),
      features: features(ofHandler: configuration.runtimeHandler), host: host
    ).check(configuration.namespaces)
    let name = configuration.metadata.reserved
    return try await gates.run("pod " + name, "RunPodSandbox", request: configuration) { progress in
      if let other = self.published.pod(reserved: name) {
        guard other.configuration == configuration, other.state == .ready else {
          throw PodError(.alreadyExists, "the name '\(name)' is taken by the pod \(other.id)")
        }
        return other.id
      }
      return try await self.make(configuration, progress)
    }
  }

  private func make(_ configuration: PodConfiguration, _ progress: Progress) async throws -> String {
    let id = Node.newID()
    var pod = PodRecord(id: id, configuration: configuration, created: Node.now(), folder: settings.pods + "/" + id)
    pod.hostname = hostname(configuration)
    (pod.resources, pod.overhead) = (configuration.resources, configuration.overhead)
    pod.handler = try settings.handler(configuration.runtimeHandler).name
    var resolver: DNSConfiguration?
    do {
      try await save(pod)
      KillPoint.podRecorded.reach()
      progress.enter("namespaces")
      pod = try await pinNamespaces(pod)
      KillPoint.namespacesPinned.reach()
      progress.enter("network")
      if !pod.usesHostNetwork {
        try await will(.network(pod: id), id)
        let attached = try await network.attach(networkRequest(pod))
        pod.addresses = attached.addresses
        resolver = attached.dns
        KillPoint.networkAttached.reach()
      }
      progress.enter("files")
      try await makeFiles(pod, resolver)
      KillPoint.filesMounted.reach()
      if configuration.namespaces.pid == .pod {
        progress.enter("process 1")
        pod = try await startInfra(pod)
        KillPoint.firstProcessStarted.reach()
      }
      pod.state = .ready
      try await save(pod)
      KillPoint.podReady.reach()
    } catch {
      do { try await takeBack(pod: id) } catch {
        report("taking back a pod", error, ["pod": id])
      }
      throw PodError.wrapping(error, "making the pod, at the stage '\(progress.stage)'")
    }
    watchInfra(pod)
    return id
  }

  private func hostname(_ configuration: PodConfiguration) -> String {
    if configuration.namespaces.network == .node { return host.hostname }
    return configuration.hostname.isEmpty ? configuration.metadata.name : configuration.hostname
  }

  func networkRequest(_ pod: PodRecord) -> NetworkRequest {
    NetworkRequest(
      podID: pod.id, metadata: pod.configuration.metadata, namespace: pod.networkNamespace ?? "",
      portMappings: pod.configuration.portMappings, dns: pod.configuration.dns,
      cgroupParent: pod.configuration.cgroupParent, annotations: pod.configuration.annotations)
  }

  // MARK: - Namespaces

  private func pinNamespaces(_ pod: PodRecord) async throws -> PodRecord {
    var pod = pod
    let options = pod.configuration.namespaces
    let folder = settings.namespaces + "/" + pod.id
    if options.ipc != .node { pod.ipcNamespace = folder + "/ipc" }
    if options.network != .node {
      pod.networkNamespace = settings.networkNamespaces + "/apus-" + pod.id
      pod.utsNamespace = folder + "/uts"
    }
    if options.owners != nil { pod.userNamespace = folder + "/user" }
    guard pod.ipcNamespace != nil || pod.networkNamespace != nil else { return pod }
    try await will(.namespaces(path: folder), pod.id)
    if let path = pod.networkNamespace { try await will(.namespaces(path: path), pod.id) }
    // Recorded before they are made: what removes them looks at the record.
    try await save(pod)
    try await NamespacePins(settings: settings, pod: pod, folder: folder).make(on: pool)
    return pod
  }

  // MARK: - Files

  /// - Parameter resolver: what the network says, for pods that want nothing else.
  private func makeFiles(_ pod: PodRecord, _ resolver: DNSConfiguration?) async throws {
    try await will(.folder(path: pod.folder), pod.id)
    let shm = pod.folder + "/shm"
    if pod.ipcNamespace != nil { try await will(.mount(path: shm), pod.id) }
    try await pool.run(pod.id) { [settings] in
      let files = PodFolder(pod, resolver)
      try files.write()
      if pod.ipcNamespace != nil { try files.mountSharedMemory(at: shm, bytes: settings.shmBytes) }
    }
  }

  // MARK: - Process 1

  private func startInfra(_ pod: PodRecord) async throws -> PodRecord {
    var pod = pod
    let id = "infra-" + pod.id
    let handler = pod.runtime
    try await will(.runtime(container: id, handler: handler), pod.id)
    let bundle = pod.folder + "/infra"
    try await pool.run(pod.id) { [settings, pod, host] in
      try InfraBundle(pod, settings, host).write(to: bundle)
    }
    let pidFile = bundle + "/pidfile"
    try await runtime(
      handler, ["run", "--detach", "--bundle", bundle, "--pid-file", pidFile, id], lane: pod.id)
    let text = try? String(contentsOfFile: pidFile, encoding: .utf8)
    guard let pid = text.flatMap(Int32.init), let mark = ProcessMark(running: pid) else {
      throw PodError(.failed, "the pod's process 1 is gone")
    }
    pod.infra = mark
    return pod
  }

  /// A pod whose process 1 ends is not ready any more: its process namespace lets nobody in.
  func watchInfra(_ pod: PodRecord) {
    guard let process = pod.infra?.open() else { return }
    Task.detached {
      try? await process.end()
      guard self.published.pod(pod.id)?.state == .ready, !self.gates.isBusy(pod.id) else { return }
      self.report("the process 1 of a pod has ended", ["pod": pod.id])
      try? await self.stopPod(pod.id)
    }
  }
}

/// What is refused before anything is made.
enum PodCheck {
  /// What belongs to a namespace, by the beginning of its name (sysctl(5)); all else would change the host (A16).
  private static let ipcSysctls = ["kernel.shm", "kernel.msg", "kernel.sem", "fs.mqueue."]

  static func check(_ pod: PodConfiguration, _ settings: NodeSettings) throws(PodError) {
    guard !pod.metadata.name.isEmpty, !pod.metadata.namespace.isEmpty else {
      throw PodError(.invalidArgument, "config.metadata: name and namespace are needed")
    }
    _ = try settings.handler(pod.runtimeHandler)
    if pod.namespaces.pid == .target || pod.namespaces.network == .container || pod.namespaces.ipc == .container {
      throw PodError(.invalidArgument, "linux.security_context.namespace_options: a mode that pods do not have")
    }
    guard pod.hostname.utf8.count <= 64 else {
      throw PodError(.invalidArgument, "config.hostname: is longer than 64 bytes")
    }
    guard pod.cgroupParent.isEmpty || pod.cgroupParent.hasPrefix("/") || settings.usesSystemdCgroups,
      !pod.cgroupParent.split(separator: "/").contains("..")
    else { throw PodError(.invalidArgument, "linux.cgroup_parent: '\(pod.cgroupParent)' is no absolute path") }
    for name in pod.sysctls.keys.sorted() { try check(sysctl: name, pod) }
    for mapping in pod.portMappings {
      guard (0...65535).contains(mapping.hostPort), (1...65535).contains(mapping.containerPort) else {
        throw PodError(.invalidArgument, "port_mappings: \(mapping.hostPort):\(mapping.containerPort) are no ports")
      }
    }
  }

  private static func check(sysctl name: String, _ pod: PodConfiguration) throws(PodError) {
    let dotted = name.contains("/") ? name.replacingOccurrences(of: "/", with: ".") : name
    guard !dotted.split(separator: ".", omittingEmptySubsequences: false).contains(where: \.isEmpty) else {
      throw PodError(.invalidArgument, "linux.sysctls: '\(name)' is no name")
    }
    if dotted.hasPrefix("net.") {
      guard pod.namespaces.network != .node else {
        throw PodError(.invalidArgument, "linux.sysctls: '\(name)' needs a network namespace of the pod's own")
      }
      return
    }
    guard ipcSysctls.contains(where: { dotted.hasPrefix($0) }) else {
      throw PodError(.invalidArgument, "linux.sysctls: '\(name)' belongs to no namespace of a pod")
    }
    guard pod.namespaces.ipc != .node else {
      throw PodError(.invalidArgument, "linux.sysctls: '\(name)' needs an IPC namespace of the pod's own")
    }
  }
}
