// Whom a container runs as.

internal import Images
internal import Linux
internal import OCI

/// Whom a container runs as: the caller's wish before the image's, names looked up in the root file system.
struct UserChoice {
  let security: ContainerSecurity
  /// As the image has it: a name or number, with a group after a colon.
  let imageUser: String

  func resolve(in root: borrowing Descriptor) throws(PodError) -> OCI.User {
    if security.group != nil, security.user == nil, security.username.isEmpty {
      throw PodError(.invalidArgument, "linux.security_context.run_as_group: needs a user")
    }
    if security.user != nil, !security.username.isEmpty {
      throw PodError(
        .invalidArgument, "linux.security_context: run_as_user and run_as_username exclude each other")
    }
    let name = try wanted()
    var user: OCI.User
    do throws(ImageError) { user = try ContainerUser.resolve(name, in: root) } catch {
      throw PodError(error.reason == .notFound ? .invalidArgument : .failed, "the user: \(error.message)")
    }
    if let group = security.group { user.gid = try id(group, "run_as_group") }
    if security.groupPolicy == .strict { user.additionalGids = [] }
    for group in security.supplementalGroups {
      let id = try id(group, "supplemental_groups")
      if !user.additionalGids.contains(id) { user.additionalGids.append(id) }
    }
    if !user.additionalGids.contains(user.gid) { user.additionalGids.insert(user.gid, at: 0) }
    return user
  }

  private func wanted() throws(PodError) -> String {
    if let uid = security.user { return String(try id(uid, "run_as_user")) }
    return security.username.isEmpty ? imageUser : security.username
  }

  private func id(_ value: Int64, _ field: String) throws(PodError) -> UInt32 {
    // The highest one means "no change" to the kernel.
    guard value >= 0, value < Int64(UInt32.max) else {
      throw PodError(.invalidArgument, "linux.security_context.\(field): \(value) is no id")
    }
    return UInt32(value)
  }
}
