// The names of the host's users.

internal import Linux

/// The names of the host's users, from /etc/passwd (passwd(5)).
enum HostUsers {
  /// The name of a user, or `#UID` when it has none.
  static func name(of uid: UInt32, root: String = "/") -> String {
    (try? find(uid, root)) ?? "#" + decimal(Int(uid))
  }

  private static func find(_ uid: UInt32, _ root: String) throws(SetupFailure) -> String? {
    let root = try calling { () throws(SystemCallError) in
      try Descriptor.workingDirectory.open(root, [.path, .directory])
    }
    var file = try ColonFile("etc/passwd", root: root)
    while let line = try file.next() {
      let fields = line.fields
      if fields.count > 2 && ColonFile.id(fields[2]) == uid { return text(fields[0]) }
    }
    return nil
  }
}
