// What callers send about containers, in this project's words.

internal import CRIProtocol
internal import Pods

extension ContainerConfiguration {
  /// - Throws: for what cannot be done and may not be passed over.
  init(_ message: Runtime_V1_ContainerConfig) throws(PodError) {
    self.init()
    metadata.name = message.metadata.name
    metadata.attempt = message.metadata.attempt
    image = ImageRequest(message.image)
    command = message.command
    arguments = message.args
    workingDirectory = message.workingDir
    environment = try message.envs.map { (variable) throws(PodError) in
      guard let value = String(validating: variable.value, as: UTF8.self) else {
        throw PodError(.invalidArgument, "config.envs: the value of '\(variable.key)' is no UTF-8")
      }
      return variable.key + "=" + value
    }
    mounts = try message.mounts.map { (mount) throws(PodError) in try ContainerMount(mount) }
    devices = message.devices.map { HostDevice($0) }
    qualifiedDevices = message.cdiDevices.isEmpty ? nil : message.cdiDevices.map(\.name)
    labels = message.labels
    annotations = message.annotations
    logPath = message.logPath
    if message.stdin { streams.insert(.stdin) }
    if message.stdinOnce { streams.insert(.stdinOnce) }
    if message.tty { streams.insert(.terminal) }
    if message.linux.hasResources { resources = ContainerResources(message.linux.resources) }
    security = ContainerSecurity(message.linux.securityContext)
    stopSignal = SignalNames.name(message.stopSignal)
  }
}

extension ImageRequest {
  init(_ message: Runtime_V1_ImageSpec) {
    self.init()
    name = message.image
    annotations = message.annotations
    userSpecified = message.userSpecifiedImage
    runtimeHandler = message.runtimeHandler
  }

  /// As callers sent it.
  var message: Runtime_V1_ImageSpec {
    var message = Runtime_V1_ImageSpec()
    message.image = name
    message.annotations = annotations
    message.userSpecifiedImage = userSpecified
    message.runtimeHandler = runtimeHandler
    return message
  }
}

extension ContainerMount {
  fileprivate init(_ message: Runtime_V1_Mount) throws(PodError) {
    self.init()
    guard message.mountOptions.isEmpty else {
      throw PodError(.unimplemented, "mounts: mount_options are not supported")
    }
    containerPath = message.containerPath
    hostPath = message.hostPath
    isReadOnly = message.readonly
    isRecursivelyReadOnly = message.recursiveReadOnly
    relabels = message.selinuxRelabel
    image = message.image.image
    imageSubPath = message.imageSubPath.isEmpty ? nil : message.imageSubPath
    let map = OwnerMap(uids: message.uidMappings.map { IDRange($0) }, gids: message.gidMappings.map { IDRange($0) })
    owners = map.isEmpty ? nil : map
    switch message.propagation {
    case .propagationHostToContainer: propagation = .hostToContainer
    case .propagationBidirectional: propagation = .bidirectional
    default: propagation = .none
    }
  }

  /// As callers sent it, with the source that was found.
  var message: Runtime_V1_Mount {
    var message = Runtime_V1_Mount()
    message.containerPath = containerPath
    message.hostPath = hostPath
    message.readonly = isReadOnly
    message.recursiveReadOnly = isRecursivelyReadOnly
    message.selinuxRelabel = relabels
    if !image.isEmpty { message.image.image = image }
    message.imageSubPath = imageSubPath ?? ""
    message.uidMappings = owners?.uids.map(\.message) ?? []
    message.gidMappings = owners?.gids.map(\.message) ?? []
    switch propagation {
    case .none: message.propagation = .propagationPrivate
    case .hostToContainer: message.propagation = .propagationHostToContainer
    case .bidirectional: message.propagation = .propagationBidirectional
    }
    return message
  }
}

extension HostDevice {
  fileprivate init(_ message: Runtime_V1_Device) {
    self.init()
    containerPath = message.containerPath
    hostPath = message.hostPath
    permissions = message.permissions
  }
}

extension ContainerSecurity {
  fileprivate init(_ message: Runtime_V1_LinuxContainerSecurityContext) {
    self.init()
    addedCapabilities = message.capabilities.addCapabilities
    droppedCapabilities = message.capabilities.dropCapabilities
    ambientCapabilities = message.capabilities.addAmbientCapabilities
    isPrivileged = message.privileged
    namespaces = NamespaceOptions(message.namespaceOptions)
    selinux = SELinuxOptions(message.selinuxOptions)
    user = message.hasRunAsUser ? message.runAsUser.value : nil
    group = message.hasRunAsGroup ? message.runAsGroup.value : nil
    username = message.runAsUsername
    hasReadOnlyRoot = message.readonlyRootfs
    supplementalGroups = message.supplementalGroups
    groupPolicy = message.supplementalGroupsPolicy == .strict ? .strict : .merge
    noNewPrivileges = message.noNewPrivs
    maskedPaths = message.maskedPaths
    readonlyPaths = message.readonlyPaths
    seccomp =
      message.hasSeccomp ? ConfinementProfile(message.seccomp) : ConfinementProfile(text: message.seccompProfilePath)
    apparmor =
      message.hasApparmor
      ? ConfinementProfile(message.apparmor)
      : message.apparmorProfile.isEmpty ? nil : ConfinementProfile(text: message.apparmorProfile)
  }
}

extension ConfinementProfile {
  fileprivate init(_ message: Runtime_V1_SecurityProfile) {
    switch message.profileType {
    case .unconfined: self = .unconfined
    case .localhost: self = .localhost(message.localhostRef)
    default: self = .runtimeDefault
    }
  }

  /// The older form: `runtime/default`, `unconfined`, `localhost/PROFILE`; nothing at all means no profile.
  fileprivate init(text: String) {
    switch text {
    case "runtime/default", "docker/default": self = .runtimeDefault
    case "", "unconfined": self = .unconfined
    default: self = .localhost(text.hasPrefix("localhost/") ? String(text.dropFirst(10)) : text)
    }
  }
}
