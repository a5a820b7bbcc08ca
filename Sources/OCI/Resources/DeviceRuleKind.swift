// The types of devices in access rules.

extension DeviceRule {
  /// The types of devices in access rules.
  public enum Kind: UInt8, NamedValue {
    case all, character, block

    public static let names = ["a", "c", "b"]

    public static var refusal: (before: String, after: String) { ("invalid cgroup device type ", "") }
  }
}
