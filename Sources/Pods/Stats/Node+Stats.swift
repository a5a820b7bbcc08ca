// What pods and containers use.

internal import Foundation
internal import Linux

extension Node {
  // MARK: - Containers

  /// What a container uses.
  public func usage(ofContainer id: String) async throws -> ContainerUsage {
    let record = try existing(container: id)
    measureStorage()
    return try await pool.run("stats") { self.usage(of: record) }
  }

  /// What containers use that have not ended, the newest first.
  public func usage(
    ofContainersWhere isWanted: (ContainerRecord) -> Bool
  ) async throws -> [ContainerUsage] {
    let records = published.containers.filter { $0.isAlive && isWanted($0) }.sorted { $0.created > $1.created }
    measureStorage()
    return try await pool.run("stats") { records.map { self.usage(of: $0) } }
  }

  private func usage(of record: ContainerRecord) -> ContainerUsage {
    var usage = ContainerUsage(record: record, writable: storageMeter[record.id])
    guard record.isAlive, let group = hierarchies.usage(of: record.cgroup, moment: Node.now()) else { return usage }
    usage.group = group
    usage.nanoCores = group.processor.total.flatMap { rates.rate(record.id, $0, at: Node.uptime()) }
    return usage
  }

  // MARK: - Pods

  /// What a pod uses.
  public func usage(ofPod id: String) async throws -> PodUsage {
    let record = try existing(pod: id)
    guard let usage = try await usage(of: [record]).first else {
      throw PodError(.notFound, "there is no pod '\(id)'")
    }
    return usage
  }

  /// What pods use, the newest first.
  public func usage(ofPodsWhere isWanted: (PodRecord) -> Bool) async throws -> [PodUsage] {
    try await usage(of: published.pods.filter(isWanted).sorted { $0.created > $1.created })
  }

  private func usage(of pods: [PodRecord]) async throws -> [PodUsage] {
    let containers = Dictionary(grouping: published.containers.filter(\.isAlive), by: \.podID)
    measureStorage()
    return try await pool.run("stats") {
      pods.map { pod in
        let own = (containers[pod.id] ?? []).sorted { $0.created > $1.created }.map { self.usage(of: $0) }
        let namespace = pod.state == .ready ? pod.networkNamespace : nil
        let interfaces = namespace.flatMap { InterfaceUsage.all(inNamespace: $0) }
        var usage = PodUsage(record: pod, interfaces: interfaces, containers: own)
        usage.group = self.group(of: pod, own)
        usage.nanoCores = usage.group?.processor.total.flatMap { self.rates.rate(pod.id, $0, at: Node.uptime()) }
        return usage
      }
    }
  }

  private func group(of pod: PodRecord, _ containers: [ContainerUsage]) -> CgroupUsage? {
    let now = Node.now()
    guard pod.state == .ready else { return nil }
    if let path = pod.ownCgroup(usesSystemd: settings.usesSystemdCgroups) {
      return hierarchies.usage(of: path, moment: now)
    }
    let infra = infraCgroup(pod).flatMap { hierarchies.usage(of: $0, moment: now) }
    return CgroupUsage.sum(containers.compactMap(\.group) + [infra].compactMap { $0 }, moment: now)
  }

  private func infraCgroup(_ pod: PodRecord) -> String? {
    pod.infra.flatMap { ProcessCgroup.path(of: $0.pid, isUnified: host.hasUnifiedCgroupsOnly) }
  }

  // MARK: - Samples

  /// Takes a sample of the processor time of all that runs, every ten seconds until the task is cancelled.
  public func sampleProcessors() async {
    while !Task.isCancelled {
      _ = try? await pool.run("stats") { self.takeSamples() }
      try? await Task.sleep(for: .seconds(10))
    }
  }

  private func takeSamples() {
    let containers = published.containers.filter(\.isAlive)
    let pods = published.pods.filter { $0.state == .ready }
    for record in containers {
      guard let time = hierarchies.processorTime(of: record.cgroup) else { continue }
      rates.sample(record.id, time, at: Node.uptime())
    }
    for pod in pods {
      let paths =
        pod.ownCgroup(usesSystemd: settings.usesSystemdCgroups).map { [$0] }
        ?? containers.filter { $0.podID == pod.id }.map(\.cgroup) + [infraCgroup(pod)].compactMap { $0 }
      let times = paths.compactMap { hierarchies.processorTime(of: $0) }
      if !times.isEmpty { rates.sample(pod.id, times.reduce(0, &+), at: Node.uptime()) }
    }
    rates.keep(Set(containers.map(\.id)).union(pods.map(\.id)))
  }

  /// In nanoseconds of a clock that does not jump.
  private static func uptime() -> Int64 {
    let moment = Moment.monotonic()
    return moment.seconds * 1_000_000_000 + moment.nanoseconds
  }

  /// Has the changes of containers measured in the background.
  func measureStorage() {
    storageMeter.measure { [published] id in
      guard let record = published.container(id), !record.isAlive else { return nil }
      return record.finished
    }
  }
}

extension PodRecord {
  /// The cgroup that the caller made for the pod alone; nil when it named none, as then pods share one.
  func ownCgroup(usesSystemd: Bool) -> String? {
    let parent = configuration.cgroupParent
    guard !parent.isEmpty else { return nil }
    return usesSystemd ? PodRecord.path(ofSlice: (parent as NSString).lastPathComponent) : parent
  }

  /// Slices lie in each other by their names (systemd.slice(5)): `a-b.slice` is `/a.slice/a-b.slice`.
  static func path(ofSlice name: String) -> String {
    guard name.hasSuffix(".slice"), name != "-.slice" else { return "/" + name }
    var (path, prefix) = ("", "")
    for part in name.dropLast(6).split(separator: "-") {
      prefix += (prefix.isEmpty ? "" : "-") + part
      path += "/\(prefix).slice"
    }
    return path
  }
}
