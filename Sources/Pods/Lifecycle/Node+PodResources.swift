// What the kubelet has set for a whole pod.

extension Node {
  /// Notes the limits of a pod. The kubelet makes its cgroup, changes its limits, and tells so afterwards; nothing is
  /// left to set here.
  public func updateResources(
    ofPod id: String, resources: ContainerResources?, overhead: ContainerResources?
  ) async throws {
    let id = try existing(pod: id).id
    for limits in [resources, overhead] { _ = try ResourceLimits(host).resources(limits) }
    try await gates.run(id, "UpdatePodSandboxResources", request: [resources, overhead]) { _ in
      var pod = try self.existing(pod: id)
      if let resources { pod.resources = resources.overlaid(on: pod.resources) }
      if let overhead { pod.overhead = overhead.overlaid(on: pod.overhead) }
      try await self.save(pod)
    }
  }
}
