// Files in memory, sealed.

internal import CShims

extension Descriptor {
  /// Makes a file in memory that can be sealed. `isExecutable` names the intent where the kernel knows it (6.3).
  @inline(never)
  public static func memoryFile(_ name: String, isExecutable: Bool) throws(SystemCallError) -> Descriptor {
    // MFD_CLOEXEC | MFD_ALLOW_SEALING, then MFD_EXEC or MFD_NOEXEC_SEAL, which kernels before 6.3 refuse.
    let base: UInt32 = 0x1 | 0x2
    do {
      // The bridged C string lives for the call, here and below.
      return try Descriptor(
        openedBy:
          "memfd_create", name,
        unsafe apus_memfd_create(name, base | (isExecutable ? 0x10 : 0x8)))
    } catch {
      if error.errno != .invalidArgument { throw error }
    }
    return try Descriptor(openedBy: "memfd_create", name, unsafe apus_memfd_create(name, base))
  }

  /// Forbids writing, growing, shrinking and further sealing (fcntl(2) F_ADD_SEALS), and F_SEAL_EXEC where known (6.3).
  @inline(never)
  public borrowing func seal() throws(SystemCallError) {
    let descriptor = number
    do {
      try systemCall("fcntl", "F_ADD_SEALS", apus_fcntl(descriptor, 1033, 0x2f))
    } catch {
      if error.errno != .invalidArgument { throw error }
      try systemCall("fcntl", "F_ADD_SEALS", apus_fcntl(descriptor, 1033, 0xf))
    }
  }

  /// The seals of a memory file; nil when this is none.
  public borrowing func seals() -> Int64? {
    let result = apus_fcntl(number, 1034 /* F_GET_SEALS */, 0)
    return result < 0 ? nil : result
  }

  /// Copies a whole file into this one inside the kernel.
  @inline(never)
  public borrowing func copyAll(from source: borrowing Descriptor, size: Int) throws(SystemCallError) {
    let (to, from) = (number, source.number)
    var left = size
    while left > 0 {
      let count = Int(try systemCall("sendfile", apus_sendfile(to, from, left)))
      if count == 0 { throw SystemCallError(call: "sendfile", errno: .inputOutput) }
      left -= count
    }
  }
}
