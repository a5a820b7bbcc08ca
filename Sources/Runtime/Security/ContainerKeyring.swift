// The session keyring of a container.

public import Linux

/// The session keyring of a container (session-keyring(7)), so that it does not share that of its caller.
public enum ContainerKeyring {
  /// Who else may search the keyring.
  public enum Search: Sendable {
    /// Processes of the same user (KEY_USR_SEARCH).
    case user
    /// Everybody who can name it (KEY_OTH_SEARCH): in a user namespace the owner is seen as somebody else.
    case others

    var permissions: UInt32 { self == .user ? 0x80000 : 0x8 }
  }

  /// Makes the keyring of a container, or joins the one that the container has.
  /// - Parameters:
  ///   - label: the SELinux context of the process.
  ///   - search: what to add to the permissions when it is made; nil to join only.
  /// - Returns: false when the kernel has no keyrings. Their protection is marginal: it goes on, with a warning.
  ///   A used-up quota (EDQUOT) is an error, for which there is --no-new-keyring.
  public static func join(
    container id: String, label: String, search: Search?, procfs: borrowing Descriptor
  ) throws(SetupFailure) -> Bool {
    try SecurityLabel.setKeyLabel(label, procfs: procfs)
    let result = Result<Bool, SetupFailure> { () throws(SetupFailure) in try join(container: id, search: search) }
    // The label was for this key only. What it was before is the default, whose loss harms nothing.
    try? SecurityLabel.setKeyLabel("", procfs: procfs)
    return try result.get()
  }

  /// The same without a label.
  public static func join(container id: String, search: Search?) throws(SetupFailure) -> Bool {
    try join("_ses." + id, search)
  }

  private static func join(_ name: String, _ search: Search?) throws(SetupFailure) -> Bool {
    let key: Int32
    do {
      key = try SessionKeyring.join(name)
    } catch {
      if error.errno == .notImplemented { return false }
      throw .refused("unable to join session keyring: unable to create session key: " + error.message)
    }
    guard let search else { return true }
    do throws(SystemCallError) {
      let description = try SessionKeyring.describe(key)
      guard let permissions = permissions(in: description) else {
        throw SystemCallError(call: "keyctl", subject: "KEYCTL_DESCRIBE", errno: .invalidArgument)
      }
      try SessionKeyring.setPermissions(permissions | search.permissions, of: key)
      return true
    } catch {
      throw .refused("unable to mod keyring permissions: " + error.message)
    }
  }

  /// The permissions in a description `type;uid;gid;permissions;name`, a hexadecimal number.
  static func permissions(in description: String) -> UInt32? {
    let fields = ContainerRuntime.fields([UInt8](description.utf8)[...], UInt8(ascii: ";"))
    if fields.count < 5 || fields[3].isEmpty || fields[3].count > 8 { return nil }
    var value: UInt32 = 0
    for byte in fields[3] {
      let digit: UInt8
      switch byte {
      case 48...57: digit = byte - 48
      case 97...102: digit = byte - 87
      default: return nil
      }
      value = value << 4 | UInt32(digit)
    }
    return value
  }
}
