// The types of device nodes.

/// The types of device nodes (mknod(1)); unbuffered means character here.
public enum DeviceKind: String, NamedValue {
  case character = "c"
  case unbuffered = "u"
  case block = "b"
  case fifo = "p"

  public static func refusal(of name: String) -> String { "invalid device type \(quoted(name))" }
}
