// The kinds of namespaces.

/// The kinds of namespaces (namespaces(7)), by their names in config.json.
public enum NamespaceKind: String, NamedValue {
  case pid, network, mount, ipc, uts, user, cgroup, time

  public static func refusal(of name: String) -> String { "namespace \(quoted(name)) does not exist" }
}
