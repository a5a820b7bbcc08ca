// The session keyring that a process joins.

/// The session keyring that a process joins.
struct KeyringPlan: Sendable {
  let id: String
  /// The SELinux context, empty for none.
  let label: String
  /// What others may do with it when it is made; nil to join the container's existing one.
  let search: ContainerKeyring.Search?
}
