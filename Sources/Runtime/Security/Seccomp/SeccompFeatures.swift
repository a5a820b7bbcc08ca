// What the features command says about system call filters.

internal import Linux
internal import OCI

extension SeccompProgram {
  /// The actions by name, in the order of the alphabet, as in the other lists.
  public static var knownActions: [String] { sorted(OCI.Seccomp.Action.names) }

  public static var knownOperators: [String] { sorted(OCI.Seccomp.Comparison.names) }

  /// The architectures that libseccomp compiles for.
  public static var knownArchitectures: [String] {
    sorted(
      OCI.Seccomp.Architecture.names.filter { name in
        guard let architecture = OCI.Seccomp.Architecture(name: name) else { return false }
        return SeccompNames.architecture(architecture.libraryName) != nil
      })
  }

  public static var knownFlags: [String] { OCI.Seccomp.Flag.names }

  /// The flags that the running kernel takes.
  public static var supportedFlags: [String] {
    let kernel = SeccompFlags.supportedByKernel()
    return OCI.Seccomp.Flag.names.filter { OCI.Seccomp.Flag(name: $0)?.isSupported(by: kernel) == true }
  }

  private static func sorted(_ names: [String]) -> [String] { SortedNames(names).list }
}
