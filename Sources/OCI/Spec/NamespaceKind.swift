// The kinds of namespaces.

/// The kinds of namespaces (namespaces(7)).
public enum NamespaceKind: UInt8, NamedValue {
  case pid, network, mount, ipc, uts, user, cgroup, time

  public static let names = ["pid", "network", "mount", "ipc", "uts", "user", "cgroup", "time"]

  public static var refusal: (before: String, after: String) { ("namespace ", " does not exist") }
}
