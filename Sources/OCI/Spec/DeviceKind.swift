// The types of device nodes.

/// The types of device nodes (mknod(1)); unbuffered means character here.
public enum DeviceKind: UInt8, NamedValue {
  case character, unbuffered, block, fifo

  public static let names = ["c", "u", "b", "p"]

  public static var refusal: (before: String, after: String) { ("invalid device type ", "") }
}
