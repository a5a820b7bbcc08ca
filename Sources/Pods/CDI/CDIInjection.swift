// Devices put into the configuration of a container.

internal import Linux
internal import OCI

/// Puts devices into the configuration of a container, in the order in which they are asked for. What a file says for
/// all of its devices is done once, behind those of them.
struct CDIInjection {
  private var spec: Spec

  private init(_ spec: Spec) { self.spec = spec }

  static func inject(_ entries: [CDIRegistry.Entry], into spec: Spec) throws(PodError) -> Spec {
    var injection = CDIInjection(spec)
    var files: Set<String> = []
    for entry in entries {
      let name = CDIName(kind: entry.specification.kind, device: entry.device.name).text
      if files.insert(entry.file).inserted, let edits = entry.specification.containerEdits {
        try injection.apply(edits, name)
      }
      try injection.apply(entry.device.containerEdits, name)
    }
    return injection.spec
  }

  private mutating func apply(_ edits: CDIEdits, _ device: String) throws(PodError) {
    for variable in edits.env { set(variable) }
    for node in edits.deviceNodes { try add(node, device) }
    for item in edits.netDevices { spec.linux.netDevices[item.hostInterfaceName] = NetDevice(name: item.name) }
    for mount in edits.mounts { add(mount) }
    for hook in edits.hooks { add(hook) }
    // Of the groups 0 says nothing: whoever has it by a device was not meant to.
    for group in edits.additionalGids where group != 0 {
      if spec.process?.user.additionalGids.contains(group) == false {
        spec.process?.user.additionalGids.append(group)
      }
    }
    if let cache = edits.intelRdt {
      spec.linux.intelRdt = IntelRDT(
        closID: cache.closID ?? "", schemata: cache.schemata ?? [], l3CacheSchema: cache.l3CacheSchema ?? "",
        memBwSchema: cache.memBwSchema ?? "", enableMonitoring: cache.enableMonitoring)
    }
  }

  /// A variable that is there already gets the new value.
  private mutating func set(_ variable: String) {
    let name = variable.prefix { $0 != "=" } + "="
    spec.process?.env.removeAll { $0.hasPrefix(name) }
    spec.process?.env.append(variable)
  }

  private mutating func add(_ wanted: CDIEdits.Node, _ device: String) throws(PodError) {
    var node = DeviceNode(
      path: wanted.path, kind: .character, major: wanted.major ?? 0, minor: wanted.minor ?? 0,
      fileMode: wanted.fileMode, uid: wanted.uid, gid: wanted.gid)
    if let type = wanted.type { node.kind = DeviceKind(name: type) ?? .character }
    let isWhole = wanted.type == "p" || (wanted.type != nil && wanted.major != nil)
    if !isWhole { try complete(&node, from: wanted, device) }
    // Who is not root could not open it otherwise.
    if let user = spec.process?.user {
      if node.uid == nil, user.uid > 0 { node.uid = user.uid }
      if node.gid == nil, user.gid > 0 { node.gid = user.gid }
    }
    spec.linux.devices.removeAll { $0.path == node.path }
    spec.linux.devices.append(node)
    guard node.kind != .fifo else { return }
    spec.linux.resources.devices.append(
      DeviceRule(
        allow: true, kind: node.kind == .block ? .block : .character, major: node.major, minor: node.minor,
        access: DeviceAccess(letters: wanted.permissions ?? "rwm") ?? []))
  }

  /// Takes from the file of the host what was not said.
  private func complete(_ node: inout DeviceNode, from wanted: CDIEdits.Node, _ device: String) throws(PodError) {
    let path = wanted.hostPath ?? wanted.path
    let status = try attempting("CDI device injection failed: the device '\(path)' of '\(device)'") {
      () throws(SystemCallError) in try Descriptor.workingDirectory.status(of: path, followLinks: true)
    }
    let kind: DeviceKind
    switch status.kind {
    case .characterDevice: kind = .character
    case .blockDevice: kind = .block
    case .fifo: kind = .fifo
    default:
      throw PodError(.failedPrecondition, "CDI device injection failed: '\(path)' of '\(device)' is no device")
    }
    guard wanted.type == nil || kind == node.kind || (kind == .character && node.kind == .unbuffered) else {
      throw PodError(
        .failedPrecondition,
        "CDI device injection failed: '\(path)' of '\(device)' is not of the type '\(wanted.type ?? "")'")
    }
    node.kind = kind
    guard kind != .fifo else { return }
    if wanted.major == nil {
      node.major = Int64(status.special.major)
      node.minor = Int64(status.special.minor)
    }
    if node.fileMode == nil { node.fileMode = status.permissions }
  }

  /// In the place of one that is there, and before those below it.
  private mutating func add(_ wanted: CDIEdits.Mount) {
    let mount = OCI.Mount(
      destination: wanted.containerPath, type: wanted.type ?? "bind", source: wanted.hostPath,
      options: wanted.options ?? ["ro", "nosuid", "nodev", "rbind", "rprivate"])
    spec.mounts.removeAll { $0.destination == mount.destination }
    let depth = CDIInjection.depth(mount)
    let place = spec.mounts.lastIndex { CDIInjection.depth($0) <= depth }.map { $0 + 1 } ?? 0
    let above = spec.mounts.firstIndex { $0.destination.hasPrefix(mount.destination + "/") }
    spec.mounts.insert(mount, at: min(place, above ?? place))
  }

  private static func depth(_ mount: OCI.Mount) -> Int { mount.destination.split(separator: "/").count }

  private mutating func add(_ wanted: CDIEdits.Hook) {
    let hook = OCI.Hook(
      path: wanted.path, args: wanted.args ?? [], env: wanted.env, timeoutSeconds: wanted.timeout)
    switch wanted.hookName {
    case "prestart": spec.hooks.prestart.append(hook)
    case "createRuntime": spec.hooks.createRuntime.append(hook)
    case "createContainer": spec.hooks.createContainer.append(hook)
    case "startContainer": spec.hooks.startContainer.append(hook)
    case "poststart": spec.hooks.poststart.append(hook)
    default: spec.hooks.poststop.append(hook)
    }
  }
}
