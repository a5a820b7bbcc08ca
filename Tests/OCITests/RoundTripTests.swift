// Values written and read again.

import Foundation
import OCI
import Testing

@Suite("Round trips")
struct RoundTripTests {
  @Test(
    "a configuration with every field set comes back", arguments: [JSONLayout.compact, .tabs, .twoSpaces, .fourSpaces])
  func fullSpec(layout: JSONLayout) throws {
    #expect(try Spec.decode(FullSpec.value.encoded(layout)) == FullSpec.value)
  }

  /// The names of the fields in the specification's Go types for Linux, on which the writer and the reader agree only
  /// if both are right.
  @Test("the names of the fields are those of the specification")
  func fieldNames() throws {
    let text = String(decoding: FullSpec.value.encoded(), as: UTF8.self)
    let names = try #require(try? Regex(#""([A-Za-z0-9]+)":"#))
    var found: Set<String> = []
    for match in text.matches(of: names) { found.insert(String(match.output[1].substring ?? "")) }
    let missing = Self.names.subtracting(found)
    #expect(missing.isEmpty, "\(missing.sorted())")
    let unknown = found.subtracting(Self.names).subtracting(["eth0", "boottime"])
    #expect(unknown.isEmpty, "\(unknown.sorted())")
  }

  private static let names = Set(
    """
    ociVersion process root hostname domainname mounts hooks annotations linux terminal consoleSize height width \
    user uid gid umask additionalGids args env cwd capabilities bounding effective inheritable permitted ambient \
    rlimits type hard soft noNewPrivileges apparmorProfile oomScoreAdj scheduler policy nice priority flags \
    runtime deadline period selinuxLabel ioPriority class execCPUAffinity initial final path readonly destination \
    source options uidMappings gidMappings containerID hostID size prestart createRuntime createContainer \
    startContainer poststart poststop timeout sysctl resources cgroupsPath namespaces devices netDevices name \
    seccomp rootfsPropagation maskedPaths readonlyPaths mountLabel intelRdt closID schemata l3CacheSchema \
    memBwSchema enableMonitoring memoryPolicy mode nodes personality domain timeOffsets secs nanosecs major minor \
    fileMode allow access memory limit reservation swap kernel kernelTCP swappiness disableOOMKiller useHierarchy \
    checkBeforeUpdate cpu shares quota burst realtimeRuntime realtimePeriod cpus mems idle pids blockIO weight \
    leafWeight weightDevice throttleReadBpsDevice throttleWriteBpsDevice throttleReadIOPSDevice \
    throttleWriteIOPSDevice rate hugepageLimits pageSize network classID priorities rdma hcaHandles hcaObjects \
    unified defaultAction defaultErrnoRet architectures listenerPath listenerMetadata syscalls names action \
    errnoRet index value valueTwo op
    """.split(separator: " ").map(String.init))

  @Test("the kernel's numbers belong to their names")
  func kernelNumbers() {
    #expect(RlimitKind(name: "RLIMIT_NOFILE")?.rawValue == 7)
    #expect(RlimitKind(name: "RLIMIT_RTTIME")?.rawValue == 15)
    #expect(SchedulerPolicy(name: "SCHED_DEADLINE")?.rawValue == 6)
    #expect(SchedulerFlag(name: "SCHED_FLAG_UTIL_CLAMP_MAX")?.bit == 0x40)
    #expect(IOPriorityClass(name: "IOPRIO_CLASS_BE")?.number == 2)
    #expect(MemoryPolicyMode(name: "MPOL_PREFERRED_MANY")?.rawValue == 5)
    #expect(MemoryPolicyFlag(name: "MPOL_F_STATIC_NODES")?.bit == 1 << 15)
    #expect(PersonalityDomain(name: "LINUX32")?.number == 8)
    #expect(RootfsPropagation(name: "rslave")?.flags == 1 << 19 | 1 << 14)
    #expect(RootfsPropagation(name: "shared")?.flags == 1 << 20)
    #expect(Capability(name: "CAP_CHECKPOINT_RESTORE")?.rawValue == 40)
    #expect(Capability(name: "CAP_SYS_ADMIN")?.rawValue == 21)
    #expect(Capability.bits(of: ["CAP_CHOWN", "CAP_BPF", "CAP_NONE"]) == 1 | 1 << 39)
  }
}
