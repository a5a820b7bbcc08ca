// The types of devices in access rules.

extension DeviceRule {
  /// The types of devices in access rules.
  public enum Kind: String, NamedValue {
    case all = "a"
    case character = "c"
    case block = "b"

    public static func refusal(of name: String) -> String { "invalid cgroup device type \(quoted(name))" }
  }
}
