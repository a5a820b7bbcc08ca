// Loading a compiled seccomp filter.

internal import CShims

/// Loads a classic BPF program of 8-byte instructions as the filter of this thread (seccomp(2)).
/// - Parameter flags: SECCOMP_FILTER_FLAG_* bits.
/// - Returns: the listener's number with NEW_LISTENER, else 0.
@inline(never)
public func loadSeccompFilter(_ program: [UInt8], flags: UInt32) throws(SystemCallError) -> Int32 {
  let count = program.count / 8
  // The array's storage holds `count` instructions during the call; the kernel copies and checks them.
  let result = unsafe program.withUnsafeBytes { unsafe apus_seccomp_load($0.baseAddress!, count, flags) }
  return Int32(try systemCall("seccomp", result))
}
