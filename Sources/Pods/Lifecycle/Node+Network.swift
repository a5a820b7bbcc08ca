// What the network keeps for pods that are gone.

extension Node {
  /// Tells of pods that the network does not connect any more as it did: after the daemon was away.
  public func checkNetworks() async {
    for pod in published.pods where pod.state == .ready && !pod.usesHostNetwork {
      guard let problem = await network.check(pod: pod.id) else { continue }
      report("the network of a pod is not as it was: \(problem)", ["pod": pod.id], weight: .warning)
    }
  }

  /// Frees what the network keeps for pods that there are not.
  public func collectNetworkGarbage() async {
    for note in await network.collectGarbage(keeping: { [published] in published.podIDs }) {
      report("collecting the garbage of the network: \(note)")
    }
  }
}
