// What the features command says about system call filters.

internal import Linux
internal import OCI

extension SeccompProgram {
  /// The actions by name, in the order of the alphabet, as in the other lists.
  public static var knownActions: [String] { sorted(OCI.Seccomp.Action.names) }

  public static var knownOperators: [String] { sorted(OCI.Seccomp.Comparison.names) }

  /// The architectures that a profile may name.
  public static var knownArchitectures: [String] { sorted(OCI.Seccomp.Architecture.names) }

  public static var knownFlags: [String] { OCI.Seccomp.Flag.names }

  /// The flags that the running kernel takes.
  public static var supportedFlags: [String] {
    let kernel = SeccompFlags.supportedByKernel()
    return OCI.Seccomp.Flag.names.filter { OCI.Seccomp.Flag(name: $0)?.isSupported(by: kernel) == true }
  }

  private static func sorted(_ names: [String]) -> [String] { SortedNames(names).list }
}
