// The statuses of a container.

/// The statuses of a container: those of runtime.md, and runc's `paused`.
public enum Status: UInt8, NamedValue {
  case creating, created, running, paused, stopped

  public static let names = ["creating", "created", "running", "paused", "stopped"]

  public static var refusal: (before: String, after: String) { ("unknown status ", "") }
}
