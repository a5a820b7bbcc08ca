// Rules of Landlock: what a process may reach.

internal import CShims

/// The version of Landlock's interface, from 1 on (landlock(7)). ENOSYS: the kernel is built without, EOPNOTSUPP: it is
/// switched off.
public func landlockVersion() throws(SystemCallError) -> Int {
  Int(try systemCall("landlock_create_ruleset", apus_landlock_version()))
}

extension Descriptor {
  /// A set of rules of Landlock: what is handled is forbidden, but for what a rule allows. Numbers are those of
  /// linux/landlock.h.
  /// - Parameters:
  ///   - files: LANDLOCK_ACCESS_FS_*
  ///   - network: LANDLOCK_ACCESS_NET_*, of version 4.
  ///   - scopes: LANDLOCK_SCOPE_*, of version 6.
  public static func landlockRuleset(
    files: UInt64, network: UInt64, scopes: UInt64
  ) throws(SystemCallError) -> Descriptor {
    try Descriptor(openedBy: "landlock_create_ruleset", apus_landlock_create(files, network, scopes))
  }

  /// Allows an access to a file, or to a directory and all that is beneath.
  public borrowing func allowLandlock(
    _ access: UInt64, to path: borrowing Descriptor, subject: String
  ) throws(SystemCallError) {
    try systemCall("landlock_add_rule", subject, apus_landlock_allow_path(number, path.number, access))
  }

  /// Allows an access to a TCP port.
  public borrowing func allowLandlock(_ access: UInt64, toPort port: UInt32) throws(SystemCallError) {
    try systemCall("landlock_add_rule", apus_landlock_allow_port(number, UInt64(port), access))
  }

  /// Restricts this process for good. Takes no_new_privs, or CAP_SYS_ADMIN in the user namespace.
  public borrowing func restrictByLandlock() throws(SystemCallError) {
    try systemCall("landlock_restrict_self", apus_landlock_restrict(number))
  }
}
