// The command `spec`: a config.json to start from.

internal import Linux
internal import OCI

extension Command {
  func performSpec(bundle: String, isRootless: Bool) throws(RuntimeError) {
    let hasUnifiedCgroups =
      (try? Descriptor.workingDirectory.open("/sys/fs/cgroup", .path).fileSystemType()) == 0x6367_7270
    let text =
      isRootless
      ? Spec.rootlessExample(
        withCgroupNamespace: hasUnifiedCgroups, uid: effectiveUserID(), gid: effectiveGroupID()
      ).encoded(.tabs)
      : Spec.example(withCgroupNamespace: hasUnifiedCgroups).encoded(.tabs)
    let directory = try doing("open the bundle") { () throws(SystemCallError) in
      try Descriptor.workingDirectory.open(bundle.isEmpty ? "." : bundle, [.readOnly, .directory])
    }
    try Command.write(text, to: "config.json", in: directory)
  }

  private static func write(
    _ bytes: [UInt8], to name: String, in directory: borrowing Descriptor
  ) throws(RuntimeError) {
    do {
      let file = try directory.open(name, [.writeOnly, .create, .exclusive], mode: 0o666)
      try file.writeAll(bytes, subject: name)
    } catch {
      if error.errno == .exists { throw .usage("File " + name + " exists. Remove it first") }
      throw .systemCall(doing: "write the configuration", error)
    }
  }
}
