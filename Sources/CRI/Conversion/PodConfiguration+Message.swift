// What callers send about pods, in this project's words.

internal import CRIProtocol
internal import Pods

extension PodConfiguration {
  init(_ message: Runtime_V1_PodSandboxConfig) {
    self.init()
    metadata.name = message.metadata.name
    metadata.uid = message.metadata.uid
    metadata.namespace = message.metadata.namespace
    metadata.attempt = message.metadata.attempt
    hostname = message.hostname
    logDirectory = message.logDirectory
    if message.hasDnsConfig { dns = DNSConfiguration(message.dnsConfig) }
    portMappings = message.portMappings.map { PortMapping($0) }
    labels = message.labels
    annotations = message.annotations
    cgroupParent = message.linux.cgroupParent
    sysctls = message.linux.sysctls
    if message.linux.hasResources { resources = ContainerResources(message.linux.resources) }
    if message.linux.hasOverhead { overhead = ContainerResources(message.linux.overhead) }
    let context = message.linux.securityContext
    namespaces = NamespaceOptions(context.namespaceOptions)
    security.isPrivileged = context.privileged
    security.selinux = SELinuxOptions(context.selinuxOptions)
  }
}

extension DNSConfiguration {
  fileprivate init(_ message: Runtime_V1_DNSConfig) {
    self.init()
    servers = message.servers
    searches = message.searches
    options = message.options
  }
}

extension PortMapping {
  fileprivate init(_ message: Runtime_V1_PortMapping) {
    self.init()
    switch message.protocol {
    case .udp: transport = "udp"
    case .sctp: transport = "sctp"
    default: transport = "tcp"
    }
    containerPort = message.containerPort
    hostPort = message.hostPort
    hostAddress = message.hostIp
  }
}

extension NamespaceOptions {
  init(_ message: Runtime_V1_NamespaceOption) {
    self.init()
    network = NamespaceMode(message.network)
    pid = NamespaceMode(message.pid)
    ipc = NamespaceMode(message.ipc)
    targetID = message.targetID
    if message.hasUsernsOptions { userNamespace = UserNamespaceOptions(message.usernsOptions) }
  }

  /// As callers sent them.
  var message: Runtime_V1_NamespaceOption {
    var message = Runtime_V1_NamespaceOption()
    message.network = network.message
    message.pid = pid.message
    message.ipc = ipc.message
    message.targetID = targetID
    if let userNamespace { message.usernsOptions = userNamespace.message }
    return message
  }
}

extension NamespaceMode {
  init(_ message: Runtime_V1_NamespaceMode) {
    switch message {
    case .container: self = .container
    case .node: self = .node
    case .target: self = .target
    default: self = .pod
    }
  }

  var message: Runtime_V1_NamespaceMode {
    switch self {
    case .pod: .pod
    case .container: .container
    case .node: .node
    case .target: .target
    }
  }
}

extension SELinuxOptions {
  init(_ message: Runtime_V1_SELinuxOption) {
    self.init()
    user = message.user
    role = message.role
    type = message.type
    level = message.level
  }
}
