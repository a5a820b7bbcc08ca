// What the network keeps for pods that are gone.

extension Node {
  /// Frees what the network keeps for pods that there are not.
  public func collectNetworkGarbage() async {
    for note in await network.collectGarbage(keeping: { [published] in published.podIDs }) {
      report("collecting the garbage of the network: \(note)")
    }
  }
}
