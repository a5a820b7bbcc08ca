// Labels of the security modules: AppArmor's profile and SELinux's contexts.

public import Linux
internal import OCI

/// Labels of the security modules, for the program that this process is going to execute.
///
/// They are written through a private procfs: through one of the container's, a racing mount would send the write
/// to another file, and the container would run without its label (CVE-2025-52881).
public enum SecurityLabel {
  /// Refuses what this host cannot do, before anything is made.
  public static func check(appArmor profile: String, seLinux label: String) throws(RuntimeError) {
    if !profile.isEmpty && !isUnconfined(profile) && !isAppArmorEnabled() {
      throw .unsupported("apparmor: config provided but apparmor not supported or not enabled")
    }
    if !label.isEmpty && !isSELinuxEnabled() {
      throw .unsupported("selinux label is specified in config, but selinux is disabled or not supported")
    }
  }

  private static func isUnconfined(_ profile: String) -> Bool { sameBytes(profile, "unconfined") }

  public static func isAppArmorEnabled() -> Bool {
    let parameter = "/sys/module/apparmor/parameters/enabled"
    let text = try? Descriptor.workingDirectory.readFile(parameter, limit: 64)
    return text?.first == UInt8(ascii: "Y")
  }

  /// Whether selinuxfs is mounted at its place, where the library of SELinux looks first.
  public static func isSELinuxEnabled() -> Bool {
    guard let directory = try? Descriptor.workingDirectory.open("/sys/fs/selinux", [.path, .directory]),
      let type = try? directory.fileSystemType()
    else { return false }
    return type == 0xf97c_ff8c
  }

  /// Sets the AppArmor profile for the next execve(2).
  public static func applyAppArmor(_ profile: String, procfs: borrowing Descriptor) throws(SetupFailure) {
    if profile.isEmpty || (isUnconfined(profile) && !isAppArmorEnabled()) { return }
    let own = "thread-self/attr/apparmor/exec"
    // Before kernel 5.8, and where only one module uses them, the attributes have no folder of their own.
    let isShared = (try? procfs.open(own, .path, resolve: .procfs)) == nil
    try write("exec " + profile, to: isShared ? "thread-self/attr/exec" : own, procfs: procfs) {
      "apparmor failed to apply profile: " + $0
    }
  }

  /// Sets the SELinux context for the next execve(2).
  public static func applySELinux(_ label: String, procfs: borrowing Descriptor) throws(SetupFailure) {
    if label.isEmpty { return }
    try write(label, to: "thread-self/attr/exec", procfs: procfs) { "can't set process label: " + $0 }
  }

  /// Sets the SELinux context of keys made from now on; an empty label goes back to the default.
  static func setKeyLabel(_ label: String, procfs: borrowing Descriptor) throws(SetupFailure) {
    try write(label, to: "thread-self/attr/keycreate", procfs: procfs) { "can't set key label: " + $0 }
  }

  /// Podman tells a failure of labels from others by the path between backquotes.
  private static func write(
    _ value: String, to path: String, procfs: borrowing Descriptor, message: (String) -> String
  ) throws(SetupFailure) {
    do {
      try procfs.writeFile(path, value, resolve: .procfs)
    } catch {
      throw .refused(message(error.call + " `/proc/" + path + "`: " + error.errno.message))
    }
  }
}
