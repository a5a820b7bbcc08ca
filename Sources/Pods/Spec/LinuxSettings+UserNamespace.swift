// The user namespace of a pod in the configuration of its containers.

internal import OCI

extension LinuxSettings {
  /// Joins the user namespace of a pod, where it has one. The mapping stands beside its path: runtimes map the owners
  /// of mounts by it, and find what is root inside.
  mutating func join(userNamespaceOf pod: PodRecord) {
    guard let path = pod.userNamespace, let owners = pod.owners else { return }
    namespaces.append(Namespace(kind: .user, path: path))
    uidMappings = owners.uids.map(\.mapping)
    gidMappings = owners.gids.map(\.mapping)
  }
}
