// libseccomp's compiler of system call filters. It never loads one: loadSeccompFilter does.

internal import CShims

/// One condition on an argument of a system call.
public struct SeccompCondition: Equatable, Sendable {
  /// The index of the argument, 0 to 5.
  public let argument: UInt32
  /// A number of libseccomp's enum scmp_compare, 1 to 7.
  public let comparison: UInt32
  public let value: UInt64
  public let valueTwo: UInt64

  public init(argument: UInt32, comparison: UInt32, value: UInt64, valueTwo: UInt64) {
    self.argument = argument
    self.comparison = comparison
    self.value = value
    self.valueTwo = valueTwo
  }
}

/// A filter in the making (seccomp_init(3)); the native architecture is part of it from the beginning.
@safe
public struct SeccompCompiler: ~Copyable {
  private let filter: UnsafeMutableRawPointer

  /// - Parameter defaultAction: the 32-bit action for calls without a rule.
  @inline(never)
  public init(defaultAction: UInt32) throws(SystemCallError) {
    // The library allocates the filter; this value is its only owner.
    guard let filter = unsafe apus_seccomp_new(defaultAction) else {
      throw SystemCallError(call: "seccomp_init", errno: .invalidArgument)
    }
    unsafe self.filter = filter
  }

  deinit {
    // Made by init and given to nobody; the same holds for each use below.
    unsafe apus_seccomp_release(filter)
  }

  /// Adds an architecture; one that is there already is no error.
  @inline(never)
  public borrowing func addArchitecture(_ token: UInt32, name: String) throws(SystemCallError) {
    let filter = unsafe filter
    do {
      try systemCall("seccomp_arch_add", name, unsafe apus_seccomp_add_architecture(filter, token))
    } catch {
      if error.errno != .exists { throw error }
    }
  }

  /// Adds a rule for a call by its native number, on every architecture that has the call (seccomp_rule_add(3)).
  /// - Parameter conditions: all must hold; at most one for each argument.
  @inline(never)
  public borrowing func addRule(
    action: UInt32, number: Int32, name: String, conditions: [SeccompCondition]
  ) throws(SystemCallError) {
    let filter = unsafe filter
    let list = conditions.map { condition in
      apus_seccomp_condition(
        argument: condition.argument, comparison: condition.comparison, value: condition.value,
        value_two: condition.valueTwo)
    }
    // The array's storage holds `list.count` conditions during the call, and the library copies them.
    try systemCall(
      "seccomp_rule_add", name,
      unsafe apus_seccomp_add_rule(filter, action, number, list, UInt32(list.count)))
  }

  /// Sorts the calls into a binary tree rather than one long chain of comparisons (libseccomp 2.5).
  @inline(never)
  public borrowing func arrangeAsTree() throws(SystemCallError) {
    let filter = unsafe filter
    try systemCall("seccomp_attr_set", unsafe apus_seccomp_optimize(filter, 2))
  }

  /// The program: 8 bytes for each instruction, in the machine's byte order.
  @inline(never)
  public borrowing func export() throws(SystemCallError) -> [UInt8] {
    // A file in memory and not a pipe: a pipe would block when the program is larger than its buffer.
    let file = try Descriptor.memoryFile("seccomp", isExecutable: false)
    let filter = unsafe filter
    let number = file.number
    try systemCall("seccomp_export_bpf", unsafe apus_seccomp_export(filter, number))
    try file.seek(to: 0)
    return try file.readToEnd(limit: 1 << 20)
  }
}

/// What libseccomp knows by name.
public enum SeccompNames {
  /// Major, minor and micro number of the library, a byte each.
  public static var version: UInt32 { apus_seccomp_version() }

  public static var nativeArchitecture: UInt32 { apus_seccomp_native_architecture() }

  /// The token of an architecture such as `x86_64`; nil when the library does not know it.
  public static func architecture(_ name: String) -> UInt32? {
    // The bridged C string lives for the call, here and below.
    let token = unsafe apus_seccomp_architecture(name)
    return token == 0 ? nil : token
  }

  /// The number of a call on an architecture, below zero when only other architectures have it; nil when none has.
  public static func number(of call: String, on architecture: UInt32) -> Int32? {
    let number = unsafe apus_seccomp_number(architecture, call)
    return number == -1 ? nil : number
  }
}

/// What seccomp(2) of the running kernel offers.
public enum SeccompKernel {
  /// Whether the kernel knows all of these SECCOMP_FILTER_FLAG_* bits.
  public static func supports(flags: UInt32) -> Bool { apus_seccomp_has_flags(flags) == 0 }

  /// Whether the kernel knows this SECCOMP_RET_* action (SECCOMP_GET_ACTION_AVAIL, kernel 4.14).
  public static func supports(action: UInt32) -> Bool { apus_seccomp_has_action(action) == 0 }
}
