// From what a caller asks to the runtime's configuration.

internal import Images
internal import OCI

/// All that decides the configuration of a container. Making it is pure: files are looked at before, and effects come
/// after.
struct SpecRequest {
  var id: String
  var pod: PodRecord
  var container: ContainerConfiguration
  var image = ContainerDefaults()
  var user = OCI.User()
  var host = HostFacts()
  var settings = NodeSettings()
  var rootfs: String
  var cgroupsPath: String
  /// With sources that are there and are no links.
  var mounts: [OCI.Mount] = []
  var rootPropagation: RootfsPropagation?
  var devices: [DeviceNode] = []
  var deviceRules: [DeviceRule] = []
  /// Nil for no filter.
  var seccomp: Seccomp?
  /// The process namespace of another container of the pod.
  var targetNamespace: String?

  func spec() throws(PodError) -> Spec {
    var spec = Spec(version: "1.0.2")
    spec.process = try process()
    spec.root = Root(path: rootfs, readonly: container.security.hasReadOnlyRoot)
    spec.mounts = try allMounts()
    spec.annotations = annotations
    spec.linux = try linux()
    return spec
  }

  private var annotations: Annotations {
    var annotations = Annotations()
    // What the caller wrote and nothing of the image: runtimes act upon some (CVE-2026-53488).
    for (key, value) in container.annotations.sorted(by: { $0.key < $1.key }) { annotations[key] = value }
    let metadata = pod.configuration.metadata
    for (key, value) in [
      ("container-type", "container"), ("sandbox-id", pod.id), ("container-name", container.metadata.name),
      ("sandbox-name", metadata.name), ("sandbox-namespace", metadata.namespace), ("sandbox-uid", metadata.uid),
      ("image-name", container.image.name),
    ] {
      annotations["io.kubernetes.cri." + key] = value
    }
    return annotations
  }

  // MARK: - Process

  private func process() throws(PodError) -> OCI.Process {
    var process = OCI.Process()
    process.terminal = container.streams.contains(.terminal)
    process.user = user
    process.args = try arguments()
    process.env = environment
    process.cwd = workingDirectory
    process.capabilities = try CapabilityChoice(container.security, settings, host).sets()
    process.noNewPrivileges = container.security.noNewPrivileges
    if let score = container.resources?.oomScoreAdjust {
      guard (-1000...1000).contains(score) else {
        throw PodError(.invalidArgument, "linux.resources.oom_score_adj: \(score) is not from -1000 to 1000")
      }
      process.oomScoreAdj = Int32(score)
    }
    if host.hasAppArmor, case .localhost(let name)? = container.security.apparmor, !container.security.isPrivileged {
      process.apparmorProfile = name
    }
    if host.hasSELinux { process.selinuxLabel = selinux.processContext }
    return process
  }

  private var selinux: SELinuxOptions {
    container.security.selinux.isEmpty ? pod.configuration.security.selinux : container.security.selinux
  }

  /// A command replaces the image's entry point and drops its command, which was meant for the other one.
  private func arguments() throws(PodError) -> [String] {
    var arguments = container.command.isEmpty ? image.entrypoint : container.command
    if !container.arguments.isEmpty {
      arguments += container.arguments
    } else if container.command.isEmpty {
      arguments += image.command
    }
    guard arguments.first?.isEmpty == false else {
      throw PodError(.invalidArgument, "neither the container nor its image names a command")
    }
    return arguments
  }

  private var workingDirectory: String {
    for path in [container.workingDirectory, image.workingDirectory] where !path.isEmpty {
      return path.hasPrefix("/") ? path : "/" + path
    }
    return "/"
  }

  /// The image's variables, then the caller's; of one name the last counts, at the place of the first.
  private var environment: [String] {
    var given = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOSTNAME=\(pod.hostname)"]
    if container.streams.contains(.terminal) { given.append("TERM=xterm") }
    given += image.environment + container.environment
    var places: [String: Int] = [:]
    var variables: [String] = []
    for variable in given {
      guard let equals = variable.firstIndex(of: "="), equals > variable.startIndex else { continue }
      let name = String(variable[..<equals])
      if let place = places[name] {
        variables[place] = variable
      } else {
        places[name] = variables.count
        variables.append(variable)
      }
    }
    return variables
  }

  // MARK: - Linux

  private func linux() throws(PodError) -> LinuxSettings {
    let isPrivileged = container.security.isPrivileged
    var linux = LinuxSettings()
    linux.namespaces = try namespaces()
    linux.join(userNamespaceOf: pod)
    linux.cgroupsPath = cgroupsPath
    linux.resources = try ResourceLimits(host).resources(container.resources)
    linux.resources.pids.limit = settings.pidsLimit > 0 ? settings.pidsLimit : nil
    linux.resources.devices =
      isPrivileged
      ? [DeviceRule(allow: true, access: .all)] : [DeviceRule(allow: false, access: .all)] + deviceRules
    linux.devices = devices
    linux.seccomp = isPrivileged ? nil : seccomp
    linux.rootfsPropagation = rootPropagation
    if !isPrivileged {
      linux.maskedPaths = container.security.maskedPaths
      linux.readonlyPaths = container.security.readonlyPaths
    }
    if host.hasSELinux { linux.mountLabel = selinux.fileContext }
    return linux
  }

  private func namespaces() throws(PodError) -> [Namespace] {
    let options = container.security.namespaces
    let pods = pod.configuration.namespaces
    guard options.network == pods.network, options.ipc == pods.ipc else {
      throw PodError(
        .invalidArgument, "linux.security_context.namespace_options: network and ipc are not those of the pod")
    }
    // A container that says nothing is in its pod's.
    if options.userNamespace != nil, options.owners != pod.owners {
      throw PodError(
        .invalidArgument,
        "linux.security_context.namespace_options.userns_options: not those of the pod, whose namespace it shares")
    }
    var namespaces = [Namespace(kind: .mount), Namespace(kind: .cgroup)]
    if let path = pod.networkNamespace { namespaces.append(Namespace(kind: .network, path: path)) }
    if let path = pod.ipcNamespace { namespaces.append(Namespace(kind: .ipc, path: path)) }
    if let path = pod.utsNamespace { namespaces.append(Namespace(kind: .uts, path: path)) }
    switch options.pid {
    case .container: namespaces.append(Namespace(kind: .pid))
    case .node:
      guard pods.pid == .node else {
        throw PodError(
          .invalidArgument, "linux.security_context.namespace_options.pid: NODE is not what the pod has")
      }
    case .pod:
      guard let path = pod.pidNamespace else {
        throw PodError(
          .invalidArgument, "linux.security_context.namespace_options.pid: the pod has no process namespace")
      }
      namespaces.append(Namespace(kind: .pid, path: path))
    case .target:
      guard let targetNamespace else {
        throw PodError(.invalidArgument, "linux.security_context.namespace_options.target_id: no running container")
      }
      namespaces.append(Namespace(kind: .pid, path: targetNamespace))
    }
    return namespaces
  }
}
