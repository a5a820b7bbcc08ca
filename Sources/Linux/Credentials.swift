// Who this process is to the kernel: ids, groups, capabilities, and the switches of prctl(2).

internal import CShims

@inline(never)
public func setUserID(_ uid: UInt32) throws(SystemCallError) {
  try systemCall("setresuid", numbered("", Int64(uid)), apus_setresuid(uid))
}

@inline(never)
public func setGroupID(_ gid: UInt32) throws(SystemCallError) {
  try systemCall("setresgid", numbered("", Int64(gid)), apus_setresgid(gid))
}

@inline(never)
public func setGroups(_ groups: [UInt32]) throws(SystemCallError) {
  // The array's storage is valid for its count during the call.
  try systemCall("setgroups", unsafe apus_setgroups(groups, groups.count))
}

/// The three capability sets of a thread as bit masks, bit n for capability n.
public struct ThreadCapabilities: Equatable, Sendable {
  public var effective: UInt64
  public var permitted: UInt64
  public var inheritable: UInt64

  public init(effective: UInt64, permitted: UInt64, inheritable: UInt64) {
    self.effective = effective
    self.permitted = permitted
    self.inheritable = inheritable
  }

  @inline(never)
  public static func current() throws(SystemCallError) -> ThreadCapabilities {
    var (effective, permitted, inheritable) = (UInt64(0), UInt64(0), UInt64(0))
    // Three locals of the width that the shim writes.
    try systemCall("capget", unsafe apus_capget(&effective, &permitted, &inheritable))
    return ThreadCapabilities(effective: effective, permitted: permitted, inheritable: inheritable)
  }

  @inline(never)
  public func apply() throws(SystemCallError) {
    try systemCall("capset", apus_capset(effective, permitted, inheritable))
  }
}

/// The switches of prctl(2) that a container's birth needs.
public enum ProcessControl {
  @inline(never)
  public static func setParentDeathSignal(_ signal: Int32) throws(SystemCallError) {
    try call("PR_SET_PDEATHSIG", 1, UInt64(signal))
  }
  @inline(never)
  public static func setDumpable(_ on: Bool) throws(SystemCallError) { try call("PR_SET_DUMPABLE", 4, on ? 1 : 0) }
  @inline(never)
  public static func setKeepCapabilities(_ on: Bool) throws(SystemCallError) {
    try call("PR_SET_KEEPCAPS", 8, on ? 1 : 0)
  }
  @inline(never)
  public static func setChildSubreaper(_ on: Bool) throws(SystemCallError) {
    try call("PR_SET_CHILD_SUBREAPER", 36, on ? 1 : 0)
  }
  @inline(never)
  public static func setNoNewPrivileges() throws(SystemCallError) { try call("PR_SET_NO_NEW_PRIVS", 38, 1) }
  @inline(never)
  public static func dropBounding(_ capability: Int) throws(SystemCallError) {
    try call("PR_CAPBSET_DROP", 24, UInt64(capability))
  }
  /// Whether a capability is in the bounding set; nil when the kernel does not know it. One that cannot be asked for,
  /// such as under a filter, may be in it: who drops it hears of that.
  public static func isInBoundingSet(_ capability: Int) -> Bool? {
    let result = apus_prctl(23 /* PR_CAPBSET_READ */, UInt64(capability), 0, 0, 0)
    return result == -Int64(Errno.invalidArgument.rawValue) ? nil : result != 0
  }
  @inline(never)
  public static func clearAmbient() throws(SystemCallError) { try call("PR_CAP_AMBIENT_CLEAR_ALL", 47, 4) }
  @inline(never)
  public static func raiseAmbient(_ capability: Int) throws(SystemCallError) {
    try call("PR_CAP_AMBIENT_RAISE", 47, 2, UInt64(capability))
  }
  @inline(never)
  public static func setName(_ name: String) throws(SystemCallError) {
    // The bridged C string lives for the call; the kernel reads at most 16 bytes of it.
    try systemCall(
      "prctl", "PR_SET_NAME",
      unsafe name.withCString { apus_prctl(15, UInt64(UInt(bitPattern: $0)), 0, 0, 0) })
  }

  private static func call(_ name: String, _ option: Int32, _ a: UInt64, _ b: UInt64 = 0) throws(SystemCallError) {
    try systemCall("prctl", name, apus_prctl(option, a, b, 0, 0))
  }
}

/// Session keyrings (keyrings(7)).
public enum SessionKeyring {
  /// Joins or makes the session keyring of this name and returns its serial number.
  @inline(never)
  public static func join(_ name: String) throws(SystemCallError) -> Int32 {
    // The bridged C string lives for the call.
    Int32(truncatingIfNeeded: try systemCall("keyctl", name, unsafe apus_join_session_keyring(name)))
  }

  /// Changes the permission mask of a key (KEYCTL_SETPERM).
  @inline(never)
  public static func setPermissions(_ permissions: UInt32, of key: Int32) throws(SystemCallError) {
    try systemCall(
      "keyctl", "KEYCTL_SETPERM",
      apus_keyctl(5, UInt64(UInt32(bitPattern: key)), UInt64(permissions), 0, 0))
  }

  /// The description `type;uid;gid;permissions;name` of a key (KEYCTL_DESCRIBE).
  @inline(never)
  public static func describe(_ key: Int32) throws(SystemCallError) -> String {
    var buffer = room(512)
    // The array's storage is valid for 512 bytes during the call.
    let count = try systemCall(
      "keyctl", "KEYCTL_DESCRIBE",
      unsafe buffer.withUnsafeMutableBytes {
        apus_keyctl(6, UInt64(UInt32(bitPattern: key)), UInt64(UInt(bitPattern: $0.baseAddress)), 512, 0)
      })
    return decoded(buffer[0..<min(512, Int(count))].prefix { $0 != 0 })
  }
}

/// Sets the limits of a resource of a process, 0 for this one (prlimit(2)); ~0 is no limit.
@inline(never)
public func setResourceLimit(
  _ resource: Int32, soft: UInt64, hard: UInt64, name: String, of pid: Int32 = 0
) throws(SystemCallError) {
  try systemCall("prlimit64", name, apus_prlimit(pid, resource, soft, hard))
}

/// Whether this process, by its effective ids and capabilities, may execute the file (faccessat2(2), kernel 5.8).
/// A file system mounted noexec counts too.
@inline(never)
public func checkExecutable(_ path: String) throws(SystemCallError) {
  // The bridged C string lives for the call; 1 is X_OK, 0x200 AT_EACCESS.
  try systemCall("faccessat2", path, unsafe apus_faccessat2(-100, path, 1, 0x200))
}
