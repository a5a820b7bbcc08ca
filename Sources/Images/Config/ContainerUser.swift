// Whom an image means by a user.

public import Linux
public import OCI

/// Whom an image means by `user`, `user:group`, names or numbers (image-spec config.md, `User`), looked up in the root
/// file system that it will run in.
public enum ContainerUser {
  /// - Parameters:
  ///   - text: empty for root.
  ///   - root: the root file system.
  /// - Throws: for a name that is not there.
  public static func resolve(_ text: String, in root: borrowing Descriptor) throws(ImageError) -> User {
    let parts = text.utf8.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
    let name = parts.first.map(Array.init) ?? []
    let group = parts.count > 1 && !parts[1].isEmpty ? Array(parts[1]) : nil
    let isNumeric = AccountFile.id(name) != nil
    var user = User()
    let accounts = try AccountFile("etc/passwd", in: root, fields: 4)
    let wanted = name.isEmpty ? Array("0".utf8) : name
    let account = accounts.first { $0[0].elementsEqual(wanted) || $0[2].elementsEqual(wanted) }
    if let account, let uid = AccountFile.id(account[2]), let gid = AccountFile.id(account[3]) {
      (user.uid, user.gid) = (uid, gid)
    } else if name.isEmpty || isNumeric {
      user.uid = AccountFile.id(name) ?? 0
    } else {
      throw ImageError(.notFound, "the image's etc/passwd has no user '\(text.shortened)'")
    }
    try setGroups(of: &user, account?[0] ?? [], group, in: root)
    return user
  }

  /// A group given by name or number stands alone; without one the account's own groups count.
  private static func setGroups(
    of user: inout User, _ account: ArraySlice<UInt8>, _ group: [UInt8]?, in root: borrowing Descriptor
  ) throws(ImageError) {
    if let group, let gid = AccountFile.id(group) {
      user.gid = gid
      return
    }
    if group == nil && account.isEmpty { return }
    let groups = try AccountFile("etc/group", in: root, fields: 3)
    if let group {
      guard let line = groups.first(where: { $0[0].elementsEqual(group) }), let gid = AccountFile.id(line[2])
      else {
        let name = String(decoding: group, as: UTF8.self).shortened
        throw ImageError(.notFound, "the image's etc/group has no group '\(name)'")
      }
      user.gid = gid
      return
    }
    var (gids, known): ([UInt32], Set<UInt32>) = ([], [user.gid])
    _ = groups.first { line in
      guard line.count > 3, let gid = AccountFile.id(line[2]), lists(line[3], account) else { return false }
      if known.insert(gid).inserted { gids.append(gid) }
      // As many as the kernel takes (NGROUPS_MAX).
      return gids.count == 65_536
    }
    user.additionalGids = gids
  }

  /// Whether names with commas between them hold one.
  private static func lists(_ names: ArraySlice<UInt8>, _ name: ArraySlice<UInt8>) -> Bool {
    var rest = names
    while !rest.isEmpty {
      let next = rest.prefix { $0 != UInt8(ascii: ",") }
      if next.elementsEqual(name) { return true }
      rest = rest[next.endIndex...].dropFirst()
    }
    return false
  }
}
