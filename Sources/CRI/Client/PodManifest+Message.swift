// From a manifest to the messages of the CRI, as a kubelet would send them.

internal import CRIProtocol
internal import Foundation
internal import Manifest

extension PodManifest {
  /// - Parameter uid: the manifest's, or one that was made for it.
  func sandbox(uid: String) -> Runtime_V1_PodSandboxConfig {
    var config = Runtime_V1_PodSandboxConfig()
    config.metadata.name = name
    config.metadata.namespace = namespace
    config.metadata.uid = uid
    config.hostname = hostName
    config.logDirectory = "/var/log/pods/\(namespace)_\(name)_\(uid)"
    config.dnsConfig.servers = dnsServers
    config.dnsConfig.searches = dnsSearches
    config.dnsConfig.options = dnsOptions
    config.portMappings = (initContainers + containers).flatMap(\.ports).map(\.message)
    config.labels = Self.dictionary(labels)
    config.labels.merge(Self.identity(name, namespace, uid)) { _, own in own }
    config.annotations = Self.dictionary(annotations)
    config.annotations[ListedPod.mark] = "true"
    config.linux.sysctls = Self.dictionary(sysctls)
    config.linux.securityContext.namespaceOptions = namespaces
    config.linux.securityContext.supplementalGroups = supplementalGroups
    config.linux.securityContext.seccomp.profileType = .runtimeDefault
    config.linux.securityContext.privileged = (initContainers + containers).contains { $0.security.isPrivileged }
    return config
  }

  private static func dictionary(_ pairs: [Pair]) -> [String: String] {
    Dictionary(pairs.map { ($0.name, $0.value) }) { _, last in last }
  }

  /// The labels by which tools of Kubernetes know a pod.
  private static func identity(_ name: String, _ namespace: String, _ uid: String) -> [String: String] {
    ["io.kubernetes.pod.name": name, "io.kubernetes.pod.namespace": namespace, "io.kubernetes.pod.uid": uid]
  }

  private var namespaces: Runtime_V1_NamespaceOption {
    var options = Runtime_V1_NamespaceOption()
    options.network = usesHostNetwork ? .node : .pod
    options.ipc = usesHostIPC ? .node : .pod
    options.pid = usesHostProcesses ? .node : sharesProcesses ? .pod : .container
    return options
  }

  /// - Parameter mounts: with the paths of the host.
  func message(
    _ container: Container, uid: String, image: String, mounts: [Runtime_V1_Mount]
  ) -> Runtime_V1_ContainerConfig {
    var config = Runtime_V1_ContainerConfig()
    config.metadata.name = container.name
    config.image.image = image
    config.image.userSpecifiedImage = container.image
    config.command = container.command.map { container.expanded($0) }
    config.args = container.arguments.map { container.expanded($0) }
    config.workingDir = container.directory
    config.envs = container.environment.map { pair in
      var variable = Runtime_V1_KeyValue()
      variable.key = pair.name
      variable.value = Data(container.expanded(pair.value, before: pair.name).utf8)
      return variable
    }
    config.mounts = mounts
    config.labels = Self.identity(name, namespace, uid)
    config.labels["io.kubernetes.container.name"] = container.name
    config.logPath = "\(container.name)/0.log"
    (config.stdin, config.stdinOnce, config.tty) = (
      container.hasInput, container.closesInputOnce, container.hasTerminal
    )
    config.linux.resources = container.resources.message
    config.linux.securityContext = container.security.message
    config.linux.securityContext.namespaceOptions = namespaces
    config.linux.securityContext.supplementalGroups = supplementalGroups
    return config
  }
}

extension PodManifest.Port {
  fileprivate var message: Runtime_V1_PortMapping {
    var mapping = Runtime_V1_PortMapping()
    mapping.containerPort = containerPort
    mapping.hostPort = hostPort
    mapping.hostIp = hostAddress
    mapping.protocol = transport == "UDP" ? .udp : transport == "SCTP" ? .sctp : .tcp
    return mapping
  }
}

extension PodManifest.Resources {
  fileprivate var message: Runtime_V1_LinuxContainerResources {
    var resources = Runtime_V1_LinuxContainerResources()
    if let request = processorRequest ?? processorLimit { resources.cpuShares = max(2, request * 1024 / 1000) }
    if let limit = processorLimit, limit > 0 {
      resources.cpuPeriod = 100_000
      // The kernel takes no less than a millisecond.
      resources.cpuQuota = max(1000, limit * 100)
    }
    resources.memoryLimitInBytes = memoryLimit ?? 0
    return resources
  }
}

extension PodManifest.Security {
  fileprivate var message: Runtime_V1_LinuxContainerSecurityContext {
    var context = Runtime_V1_LinuxContainerSecurityContext()
    context.privileged = isPrivileged
    if let user { context.runAsUser.value = user }
    if let group { context.runAsGroup.value = group }
    context.readonlyRootfs = hasReadOnlyRoot
    context.noNewPrivs = allowsEscalation == false
    context.capabilities.addCapabilities = addedCapabilities
    context.capabilities.dropCapabilities = droppedCapabilities
    switch seccomp {
    case "Unconfined": context.seccomp.profileType = .unconfined
    case "Localhost":
      context.seccomp.profileType = .localhost
      context.seccomp.localhostRef = seccompProfile
    default: context.seccomp.profileType = .runtimeDefault
    }
    context.apparmor.profileType = .runtimeDefault
    if !isPrivileged {
      // What Kubernetes hides by default (procMount: Default).
      context.maskedPaths = [
        "/proc/asound", "/proc/acpi", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats",
        "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug", "/proc/scsi", "/sys/firmware",
        "/sys/devices/virtual/powercap",
      ]
      context.readonlyPaths = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]
    }
    return context
  }
}

extension PodManifest.Propagation {
  var message: Runtime_V1_MountPropagation {
    switch self {
    case .none: .propagationPrivate
    case .hostToContainer: .propagationHostToContainer
    case .bidirectional: .propagationBidirectional
    }
  }
}
