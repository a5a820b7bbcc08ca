// The container's own passwd and group files, which its image may have made into anything.

public import Linux

/// Looks up users and groups in files of the container. There is no libc behind it: nothing of the image is loaded
/// (CVE-2019-14271), and what the files are and how long they may get is checked (CVE-2022-4318, CVE-2026-47262).
public enum ContainerUserFiles {
  /// The home directory of a user.
  /// - Parameter root: the root directory of the container.
  /// - Returns: `/` where the files do not tell an absolute path without control characters. As in runc, a file that
  ///   cannot be read is no reason not to start.
  public static func home(of uid: UInt32, root: borrowing Descriptor) -> String {
    guard let home = try? homeEntry(of: uid, root: root), home.first == 0x2f,
      !home.contains(where: { $0 < 0x20 || $0 == 0x7f })
    else { return "/" }
    return ContainerRuntime.text(home[...])
  }

  private static func homeEntry(
    of uid: UInt32, root: borrowing Descriptor
  ) throws(SetupFailure) -> ArraySlice<UInt8>? {
    var file = try ColonFile("etc/passwd", root: root)
    while let line = try file.next() {
      let fields = line.fields
      if fields.count > 5 && PasswordEntry(fields)?.uid == uid { return fields[5] }
    }
    return nil
  }

  /// The ids of a user by name; nil when there is none. A name of digits alone is never looked up.
  public static func user(
    named name: String, root: borrowing Descriptor
  ) throws(SetupFailure) -> (uid: UInt32, gid: UInt32)? {
    if !isName(name) { return nil }
    var file = try ColonFile("etc/passwd", root: root)
    while let line = try file.next() {
      if line.startsField(with: name), let entry = PasswordEntry(line.fields) { return (entry.uid, entry.gid) }
    }
    return nil
  }

  /// The id of a group by name; nil when there is none. A name of digits alone is never looked up.
  public static func group(named name: String, root: borrowing Descriptor) throws(SetupFailure) -> UInt32? {
    if !isName(name) { return nil }
    var file = try ColonFile("etc/group", root: root)
    while let line = try file.next() {
      let fields = line.fields
      if line.startsField(with: name), fields.count > 2, let id = ColonFile.id(fields[2]) { return id }
    }
    return nil
  }

  /// The groups that list a user by name as their member, once each.
  public static func groups(ofUser name: String, root: borrowing Descriptor) throws(SetupFailure) -> [UInt32] {
    if !isName(name) { return [] }
    var found: [UInt32] = []
    var file = try ColonFile("etc/group", root: root)
    while let line = try file.next() {
      let fields = line.fields
      guard fields.count > 3, let gid = ColonFile.id(fields[2]), lists(fields[3], name), !found.contains(gid) else {
        continue
      }
      found.append(gid)
      // NGROUPS_MAX is 65536, but a search in a list of that length for every line is a trap.
      if found.count > 4096 { throw .refused("/etc/group: one user is a member of more than 4096 groups") }
    }
    return found
  }

  private static func lists(_ members: ArraySlice<UInt8>, _ name: String) -> Bool {

    for member in fields(members, 0x2c) where isSame(member, name) { return true }
    return false
  }

  private static func isName(_ text: String) -> Bool {
    !text.utf8.isEmpty && !text.utf8.allSatisfy { $0 >= 48 && $0 <= 57 }
      && !text.utf8.contains { $0 == 0x3a || $0 < 0x20 }
  }
}

/// The ids in a line of passwd(5). A line with anything but plain numbers in their places is no user: taken as 0 by
/// mistake, it would be root.
struct PasswordEntry: Equatable {
  let uid: UInt32
  let gid: UInt32

  init?(_ fields: [ArraySlice<UInt8>]) {
    guard fields.count > 3, !fields[0].isEmpty, let uid = ColonFile.id(fields[2]), let gid = ColonFile.id(fields[3])
    else { return nil }
    self.uid = uid
    self.gid = gid
  }
}
