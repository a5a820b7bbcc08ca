// From what a caller asks to the runtime's configuration.

import Images
import OCI
import Testing

@testable import Pods

@Suite("Configuration of a container")
struct SpecTests {
  private func request(_ change: (inout SpecRequest) -> Void = { _ in }) -> SpecRequest { .sample(change) }

  private func capabilities(_ change: (inout ContainerSecurity) -> Void) throws -> CapabilitySets {
    var security = ContainerSecurity()
    change(&security)
    var host = HostFacts()
    host.capabilities = Capability.names.filter { $0 != "CAP_SYS_RESOURCE" }
    return try CapabilityChoice(security, NodeSettings(), host).sets()
  }

  @Test("command and arguments replace those of the image as Kubernetes says")
  func arguments() throws {
    let rows: [([String], [String], [String])] = [
      ([], [], ["e", "c"]), (["x"], [], ["x"]), ([], ["y"], ["e", "y"]), (["x"], ["y"], ["x", "y"]),
    ]
    for (command, arguments, expected) in rows {
      let spec = try request {
        $0.image.entrypoint = ["e"]
        $0.image.command = ["c"]
        $0.container.command = command
        $0.container.arguments = arguments
      }.spec()
      #expect(spec.process?.args == expected)
    }
    #expect(throws: PodError.self) { try request { $0.container.command = [] }.spec() }
  }

  @Test("of a variable the last value counts, at the place of the first")
  func environment() throws {
    let spec = try request {
      $0.image.environment = ["PATH=/bin", "A=1", "B=2"]
      $0.container.environment = ["A=3", "broken", "=x"]
      $0.container.streams = .terminal
    }.spec()
    #expect(spec.process?.env == ["PATH=/bin", "HOSTNAME=host", "TERM=xterm", "A=3", "B=2"])
    #expect(spec.process?.terminal == true)
  }

  @Test("namespaces of the pod are joined, those of the container new")
  func namespaces() throws {
    let linux = try request().spec().linux
    #expect(linux.namespace(.network)?.path == "/n/net" && linux.namespace(.ipc)?.path == "/n/ipc")
    #expect(linux.namespace(.uts)?.path == "/n/uts" && linux.makesNamespace(.pid) && linux.makesNamespace(.mount))
    let host = try request {
      $0.container.security.namespaces.pid = .node
      $0.pod.configuration.namespaces.pid = .node
    }.spec().linux
    #expect(host.namespace(.pid) == nil)
    #expect(throws: PodError.self) { try request { $0.container.security.namespaces.pid = .node }.spec() }
    let pod = try request {
      $0.container.security.namespaces.pid = .pod
      $0.pod.infra = ProcessMark(pid: 7, startTicks: 1)
    }.spec().linux
    #expect(pod.namespace(.pid)?.path == "/proc/7/ns/pid")
    #expect(throws: PodError.self) { try request { $0.container.security.namespaces.pid = .pod }.spec() }
    #expect(throws: PodError.self) { try request { $0.container.security.namespaces.pid = .target }.spec() }
    #expect(throws: PodError.self) { try request { $0.container.security.namespaces.network = .node }.spec() }
  }

  @Test("a privileged container has all capabilities, no filter, no masks; sysfs is writable")
  func privileged() throws {
    let spec = try request {
      $0.container.security.isPrivileged = true
      $0.container.security.maskedPaths = ["/proc/kcore"]
      $0.seccomp = Seccomp()
    }.spec()
    #expect(spec.process?.capabilities?.effective == Capability.names)
    #expect(spec.linux.seccomp == nil && spec.linux.maskedPaths.isEmpty)
    #expect(spec.linux.resources.devices == [DeviceRule(allow: true, access: .all)])
    #expect(spec.mounts.first { $0.destination == "/sys" }?.options.contains("rw") == true)
  }

  @Test("masked and read-only paths are those that were asked for, and nothing for nothing")
  func masks() throws {
    let linux = try request {
      $0.container.security.maskedPaths = ["/a"]
      $0.container.security.readonlyPaths = ["/b"]
    }.spec().linux
    #expect(linux.maskedPaths == ["/a"] && linux.readonlyPaths == ["/b"])
    #expect(try request().spec().linux.maskedPaths.isEmpty)
  }

  @Test("a caller's mount takes the place of the pod's file; deeper ones come later")
  func mounts() throws {
    let spec = try request {
      $0.mounts = [
        Mount(destination: "/data/deep", type: "bind", source: "/2"),
        Mount(destination: "/etc/hosts", type: "bind", source: "/mine"),
        Mount(destination: "/data", type: "bind", source: "/1"),
      ]
    }.spec()
    #expect(spec.mounts.filter { $0.destination == "/etc/hosts" }.map(\.source) == ["/mine"])
    #expect(spec.mounts.suffix(3).map(\.destination) == ["/data", "/data/deep", "/etc/hosts"])
    #expect(spec.mounts.first { $0.destination == "/dev/shm" }?.source == "/p/shm")
  }

  @Test("capabilities: defaults, ALL, drops, and what the host lacks")
  func capabilities() throws {
    let defaults = Set(NodeSettings().defaultCapabilities)
    #expect(Set(try capabilities { _ in }.effective) == defaults)
    #expect(try capabilities { $0.droppedCapabilities = ["ALL"] }.bounding.isEmpty)
    #expect(
      try capabilities {
        $0.droppedCapabilities = ["ALL"]
        $0.addedCapabilities = ["net_admin"]
      }.effective == ["CAP_NET_ADMIN"])
    let all = try capabilities {
      $0.addedCapabilities = ["ALL"]
      $0.droppedCapabilities = ["CHOWN"]
    }
    #expect(!all.effective.contains("CAP_CHOWN") && !all.effective.contains("CAP_SYS_RESOURCE"))
    #expect(all.effective.count == Capability.names.count - 2 && all.inheritable.isEmpty)
    #expect(try capabilities { $0.ambientCapabilities = ["NET_RAW"] }.ambient == ["CAP_NET_RAW"])
    #expect(throws: PodError.self) { try capabilities { $0.addedCapabilities = ["FLY"] } }
  }

  @Test("limits: zero is no wish, and no page size is refused that nobody limits")
  func limits() throws {
    var wanted = ContainerResources()
    wanted.memoryLimit = 1 << 20
    wanted.cpuQuota = -1
    wanted.hugepageLimits = [.init(pageSize: "2MB", bytes: 0)]
    let limits = try ResourceLimits(HostFacts()).resources(wanted)
    #expect(limits.memory.limit == 1 << 20 && limits.memory.swap == 1 << 20)
    #expect(limits.cpu.quota == -1 && limits.cpu.shares == nil && limits.hugepageLimits.isEmpty)
    wanted.hugepageLimits = [.init(pageSize: "2MB", bytes: 1)]
    #expect(throws: PodError.self) { try ResourceLimits(HostFacts()).resources(wanted) }
    wanted.hugepageLimits = []
    wanted.unified = ["memory.high": "1"]
    #expect(throws: PodError.self) { try ResourceLimits(HostFacts()).resources(wanted) }
  }

  @Test("stop signals by name, by number, by the image")
  func stopSignals() throws {
    #expect(try StopSignal.name("", image: "") == "SIGTERM")
    #expect(try StopSignal.name("", image: "SIGQUIT") == "SIGQUIT")
    #expect(try StopSignal.name("", image: "nonsense") == "SIGTERM")
    #expect(try StopSignal.name("SIGUSR1", image: "SIGQUIT") == "SIGUSR1")
    #expect(StopSignal.number("SIGRTMIN+3") == 37 && StopSignal.number("SIGRTMAX-14") == 50)
    #expect(StopSignal.number("9") == 9 && StopSignal.number("65") == nil && StopSignal.number("SIGX") == nil)
    #expect(throws: PodError.self) { try StopSignal.name("SIGX", image: "") }
  }

  @Test("a path of the host lies on the longest mount above it")
  func mountTable() {
    let table = MountTable(
      """
      1 0 8:1 / / rw shared:1 - ext4 /dev/sda rw
      2 1 0:5 / /a rw - tmpfs tmpfs rw
      3 1 0:6 / /a/b\\040c rw master:4 - tmpfs tmpfs rw
      """)
    #expect(table.isShared("/etc") && !table.isShared("/a/x") && table.isShared("/ab"))
    #expect(table.isSlave("/a/b c/d") && !table.isSlave("/a"))
    #expect(table.isMountPoint("/a/b c"))
  }

  @Test("the default filter lets a capability's calls through with the capability alone")
  func filter() {
    func names(_ capabilities: Set<String>) -> Set<String> {
      Set(DefaultSeccomp.profile(for: capabilities).syscalls.filter { $0.action == .allow }.flatMap(\.names))
    }
    #expect(names([]).isSuperset(of: ["read", "execve", "clone"]))
    #expect(names([]).isDisjoint(with: ["mount", "bpf", "kexec_load", "keyctl", "io_uring_setup", "userfaultfd"]))
    #expect(names(["CAP_SYS_ADMIN"]).contains("mount") && !names(["CAP_SYS_ADMIN"]).contains("kexec_load"))
  }
}

@Suite("What is refused before a pod is made")
struct PodCheckTests {
  private func refuses(_ change: (inout PodConfiguration) -> Void) -> Bool {
    var pod = PodConfiguration()
    pod.metadata.name = "p"
    pod.metadata.namespace = "n"
    change(&pod)
    var settings = NodeSettings()
    settings.handlers["apus"] = RuntimeHandler(name: "apus", path: "/x")
    do {
      try PodCheck.check(pod, settings)
      return false
    } catch {
      return true
    }
  }

  @Test("kernel parameters belong to a namespace of the pod's own")
  func sysctls() {
    #expect(!refuses { $0.sysctls = ["net.ipv4.ip_forward": "1", "kernel.shmmax": "1", "fs.mqueue.msg_max": "9"] })
    for name in ["kernel.panic", "vm.swappiness", "net", "kernel/panic", "net..x", "user.max_user_namespaces"] {
      #expect(refuses { $0.sysctls = [name: "1"] }, "\(name)")
    }
    #expect(
      refuses {
        $0.sysctls = ["net.ipv4.ip_forward": "1"]
        $0.namespaces.network = .node
      })
    #expect(
      refuses {
        $0.sysctls = ["kernel.sem": "1"]
        $0.namespaces.ipc = .node
      })
  }

  @Test("names, cgroups and ports")
  func rest() {
    #expect(!refuses { _ in })
    #expect(refuses { $0.metadata.name = "" })
    #expect(refuses { $0.cgroupParent = "relative" })
    #expect(refuses { $0.cgroupParent = "/a/../.." })
    #expect(refuses { $0.runtimeHandler = "other" })
    var port = PortMapping()
    port.containerPort = 70000
    #expect(refuses { $0.portMappings = [port] })
  }

  @Test("a log stays in the directory of logs")
  func logs() {
    for path in ["../x", "/x", "a/../b", "a//b", "."] {
      #expect(throws: PodError.self, "\(path)") { try LogPlace.prepare(path, in: "/tmp") }
    }
    #expect(throws: PodError.self) { try LogPlace.prepare("x", in: "") }
  }
}
