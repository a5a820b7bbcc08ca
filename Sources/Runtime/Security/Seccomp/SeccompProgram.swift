// A compiled system call filter, from the cache or made anew.

public import Linux
public import OCI

/// A compiled system call filter, ready to be loaded.
public struct SeccompProgram: Equatable, Sendable {
  /// Instructions of classic BPF, 8 bytes each.
  public let instructions: [UInt8]
  public let flags: SeccompFlags

  /// Whether loading it gives a descriptor that a process outside has to get.
  public var needsListener: Bool { flags.contains(.newListener) }

  /// The program for a section of config.json.
  /// - Parameter stateRoot: the directory that holds the cache of compiled filters.
  /// - Returns: nil when the section asks for no filter.
  /// - Throws: when the section cannot be had on this host. Never because of the cache.
  public static func obtain(
    for section: OCI.Seccomp, stateRoot: borrowing Descriptor
  ) throws(RuntimeError) -> SeccompProgram? {
    // As in runc: neither a default action nor a rule is no filter.
    if section.defaultAction == nil && section.syscalls.isEmpty { return nil }
    let kernel = SeccompFlags.supportedByKernel()
    let flags = try SeccompFlags.decode(section, supported: kernel)
    let key = try SeccompKey.bytes(section, host: .current(flags: kernel))
    if let instructions = SeccompCache.find(key, in: stateRoot) {
      return SeccompProgram(instructions: instructions, flags: flags)
    }
    // Only checked sections are ever stored, so that a hit needs no check.
    let instructions = try SeccompCompilation.program(try SeccompRules.decode(section))
    SeccompCache.store(instructions, for: key, in: stateRoot)
    return SeccompProgram(instructions: instructions, flags: flags)
  }

  /// Puts this thread and what it executes under the filter. Without no_new_privs it takes CAP_SYS_ADMIN.
  /// - Returns: the listener, if there is to be one.
  public func load() throws(SetupFailure) -> Descriptor? {
    let number = try calling { () throws(SystemCallError) in
      try loadSeccompFilter(instructions, flags: flags.rawValue)
    }
    return needsListener ? Descriptor(owning: number) : nil
  }
}
