// Who the container's process is: its user, groups and file mode mask.

public import Linux
public import OCI

/// Who the container's process is: its user, groups and file mode mask.
public struct IdentityPlan: Equatable, Sendable {
  public let uid: UInt32
  public let gid: UInt32
  /// Supplementary groups, the primary one among them: a program that gives up its primary group would otherwise
  /// leave it, and pass where files deny that group (CVE-2022-2995).
  public let groups: [UInt32]
  public let umask: UInt32?

  /// The id that stands for "unchanged" in setresuid(2): whoever asks for it would stay root.
  static let unchanged = UInt32.max

  public init(_ user: OCI.User) throws(RuntimeError) {
    var groups = user.additionalGids
    for id in [user.uid, user.gid] + groups where id == Self.unchanged {
      throw .invalidConfiguration(sentence("process.user: % is not an id", decimal(Int(id))))
    }
    if !groups.contains(user.gid) { groups.append(user.gid) }
    self.uid = user.uid
    self.gid = user.gid
    self.groups = groups
    self.umask = user.umask
  }

  /// Takes the groups, before `apply`. A user namespace may forbid it (`mayNotSetGroups`): EPERM.
  public func setGroups() throws(SystemCallError) { try Linux.setGroups(groups) }

  /// Becomes the user. Capabilities are left to `CapabilityPlan`, before and after this.
  public func apply() throws(SetupFailure) {
    do {
      try setGroupID(gid)
    } catch {
      throw Self.failure(error, unmapped: numbered("cannot setgid to unmapped gid ", Int64(gid), " in user namespace"))
    }
    do {
      try setUserID(uid)
    } catch {
      throw Self.failure(error, unmapped: numbered("cannot setuid to unmapped uid ", Int64(uid), " in user namespace"))
    }
    // As runc: what the caller of the runtime has does not count.
    setFileModeMask(umask ?? 0o022)
  }

  /// Gives standard input, output and error to the user, as they were opened outside of the container. /dev/null
  /// belongs to everybody. Where the user namespace does not know the owner, or nothing can be written, they stay.
  public func ownStandardStreams() throws(SetupFailure) {
    for number in Int32(0)...2 {
      let stream = Descriptor(owning: number)
      let result = Result<Void, SystemCallError> { () throws(SystemCallError) in try own(stream) }
      // Not ours to close.
      _ = stream.release()
      if case .failure(let error) = result, error.errno != .notPermitted, error.errno != .readOnlyFileSystem {
        throw .call(error)
      }
    }
  }

  private func own(_ stream: borrowing Descriptor) throws(SystemCallError) {
    let status = try stream.status(subject: numbered("standard stream ", stream.number))
    let isNull = status.kind == .characterDevice && status.special == DeviceNumber(major: 1, minor: 3)
    if status.uid == uid || isNull { return }
    // The group stays: devpts gives terminals the one of its mount option.
    try stream.changeOwner(uid: uid, gid: Self.unchanged)
  }

  /// Whether setgroups(2) is forbidden in this user namespace (user_namespaces(7), kernel 3.19).
  /// - Parameter procfs: a procfs that nobody else can have mounted anything into.
  public static func mayNotSetGroups(procfs: borrowing Descriptor) throws(SetupFailure) -> Bool {
    do {
      let text = try procfs.readFile("self/setgroups", limit: 64, resolve: .procfs)
      return begins(text[...], with: "deny")
    } catch {
      if error.errno == .noEntry { return false }
      throw .call(error)
    }
  }

  private static func failure(_ error: SystemCallError, unmapped: String) -> SetupFailure {
    error.errno == .invalidArgument ? .refused(unmapped) : .call(error)
  }
}

extension ResolveFlags {
  /// Below a private procfs: what somebody mounted over a file in it is not entered (CVE-2025-52881).
  static let procfs: ResolveFlags = [.beneath, .noCrossMounts, .noMagicLinks]
}
