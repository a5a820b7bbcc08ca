// The program that a v2 cgroup asks about the use of devices.

internal import CShims

/// A program of the kernel's BPF machine that a v2 cgroup asks whether its processes may use a device
/// (BPF_PROG_TYPE_CGROUP_DEVICE, kernel 4.15).
public struct DeviceProgram: ~Copyable {
  /// By it ours is told from those that others attached to the same cgroup.
  private static let name = "apus_devices"
  /// The kernel's own limit for a cgroup (BPF_CGROUP_MAX_PROGS).
  private static let limit = 64

  private let descriptor: Descriptor

  /// Loads a program of 8-byte instructions; the kernel checks that it ends and reads nothing that it may not.
  public init(_ instructions: [UInt64]) throws(SystemCallError) {
    // The array's storage is valid for its count during the call, and so is the bridged text.
    descriptor = try Descriptor(
      openedBy: "bpf", "BPF_PROG_LOAD",
      unsafe apus_device_program_load(instructions, UInt32(instructions.count), DeviceProgram.name))
  }

  private init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }

  /// Makes it the program of the cgroup: in place of ours that is there, at once and without a gap; beside those of
  /// others. A device can be used when all of them allow it (BPF_F_ALLOW_MULTI).
  public borrowing func attach(to cgroup: borrowing Descriptor) throws(SystemCallError) {
    let (directory, program) = (cgroup.number, descriptor.number)
    switch try DeviceProgram.ofCgroup(directory) {
    case .some(let present):
      let replaced = present.descriptor.number
      try systemCall("bpf", "BPF_PROG_ATTACH", apus_device_program_attach(directory, program, replaced))
    case .none: try systemCall("bpf", "BPF_PROG_ATTACH", apus_device_program_attach(directory, program, -1))
    }
  }

  private static func ofCgroup(_ directory: Int32) throws(SystemCallError) -> DeviceProgram? {
    var ids = [UInt32](repeating: 0, count: limit)
    // The array has room for as many as the call is told.
    let count = try systemCall(
      "bpf", "BPF_PROG_QUERY", unsafe apus_device_program_query(directory, &ids, UInt32(limit)))
    for index in 0..<min(Int(count), limit) {
      // One that went away meanwhile was not ours: whoever changes ours holds the container's lock.
      guard let result = try? systemCall("bpf", apus_device_program_open(ids[index])) else { continue }
      let program = DeviceProgram(Descriptor(owning: Int32(truncatingIfNeeded: result)))
      if program.isOurs { return program }
    }
    return nil
  }

  private var isOurs: Bool {
    var name = [CChar](repeating: 0, count: Int(APUS_PROGRAM_NAME_SIZE))
    let program = descriptor.number
    // The array has room for the name, which the call ends with a zero.
    if unsafe apus_device_program_name(program, &name) < 0 { return false }
    var index = 0
    for byte in DeviceProgram.name.utf8 {
      if name[index] != CChar(bitPattern: byte) { return false }
      index += 1
    }
    return name[index] == 0
  }
}
