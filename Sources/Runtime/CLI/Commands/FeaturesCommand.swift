// The command `features`: what this runtime can do.

internal import Linux
internal import OCI

extension Command {
  func performFeatures() throws(RuntimeError) {
    try ApusProgram.show(Features.ofThisRuntime.encoded(.fourSpaces) + [UInt8(ascii: "\n")])
  }
}

extension Features {
  /// What this runtime can do: a `true` here is a promise that callers plan with.
  static var ofThisRuntime: Features {
    var features = Features()
    features.mountOptions = SortedNames(MountOption.names).list
    features.linux.cgroup = Cgroup(v1: true, v2: true, systemd: true, systemdUser: false, rdma: true)
    features.linux.seccomp = Seccomp(
      enabled: true, actions: SeccompProgram.knownActions, operators: SeccompProgram.knownOperators,
      archs: SeccompProgram.knownArchitectures, knownFlags: SeccompProgram.knownFlags,
      supportedFlags: SeccompProgram.supportedFlags)
    features.linux.apparmor = Switch(enabled: true)
    features.linux.selinux = Switch(enabled: true)
    features.linux.intelRdt = IntelRDT(enabled: true, schemata: true, monitoring: true)
    features.linux.mountExtensions = MountExtensions(idmap: Switch(enabled: true))
    features.linux.netDevices = Switch(enabled: true)
    features.potentiallyUnsafeConfigAnnotations = [Landlock.annotation, "org.systemd.property."]
    // Absent where the kernel has none.
    if let version = try? landlockVersion() {
      features.annotations.entries = [
        Annotations.Entry(key: Landlock.annotation + ".version", value: decimal(version))
      ]
    }
    return features
  }
}
