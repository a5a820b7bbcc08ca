// Reading a pod's containers and volumes.

extension PodManifest.Container {
  init(_ node: ManifestNode, _ podSecurity: PodManifest.Security, _ volumes: Set<String>) throws(ManifestError) {
    self.init()
    name = try node.required("name")
    guard PodManifest.isName(name) else {
      throw ManifestError(node.place("name"), "'\(name)' may hold small letters, digits, '-' and '.' only")
    }
    image = try node.required("image")
    pullPolicy = try node.choice("imagePullPolicy", of: PodManifest.PullPolicy.self) ?? Self.policy(for: image)
    command = try node.texts("command") ?? []
    arguments = try node.texts("args") ?? []
    directory = try node.text("workingDir") ?? ""
    hasInput = try node.flag("stdin") ?? false
    closesInputOnce = try node.flag("stdinOnce") ?? false
    hasTerminal = try node.flag("tty") ?? false
    for variable in try node.objects("env") {
      environment.append(PodManifest.Pair(try variable.required("name"), try variable.text("value") ?? ""))
      try variable.finish()
    }
    for port in try node.objects("ports") { ports.append(try PodManifest.Port(port)) }
    for mount in try node.objects("volumeMounts") {
      mounts.append(try PodManifest.VolumeMount(mount, volumes))
    }
    resources = try PodManifest.Resources(try node.object("resources"))
    security = podSecurity
    if let context = try node.object("securityContext") {
      security = try PodManifest.Security(context, podSecurity)
      try context.finish()
    }
    // Where a program leaves its last words is for a cluster to read.
    node.pass("terminationMessagePath", "terminationMessagePolicy")
    try node.finish()
  }

  /// As Kubernetes has it: what has no tag, or the tag `latest`, is another thing tomorrow.
  static func policy(for image: String) -> PodManifest.PullPolicy {
    if image.contains("@") { return .ifNotPresent }
    let last = image.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
    guard let colon = last.lastIndex(of: ":") else { return .always }
    return last[last.index(after: colon)...] == "latest" ? .always : .ifNotPresent
  }
}

extension PodManifest.Port {
  init(_ node: ManifestNode) throws(ManifestError) {
    guard let port = try node.integer("containerPort", in: 1...65535) else {
      throw ManifestError(node.place("containerPort"), "is missing")
    }
    containerPort = Int32(port)
    hostPort = Int32(try node.integer("hostPort", in: 0...65535) ?? 0)
    transport = try node.text("protocol") ?? "TCP"
    guard ["TCP", "UDP", "SCTP"].contains(transport) else {
      throw ManifestError(node.place("protocol"), "'\(transport)' is not supported")
    }
    hostAddress = try node.text("hostIP") ?? ""
    node.pass("name")
    try node.finish()
  }
}

extension PodManifest.VolumeMount {
  init(_ node: ManifestNode, _ volumes: Set<String>) throws(ManifestError) {
    volume = try node.required("name")
    guard volumes.contains(volume) else {
      throw ManifestError(node.place("name"), "there is no volume '\(volume)'")
    }
    path = try node.required("mountPath")
    subPath = try node.text("subPath") ?? ""
    let pieces = subPath.split(separator: "/", omittingEmptySubsequences: false)
    if subPath.hasPrefix("/") || pieces.contains("..") {
      throw ManifestError(node.place("subPath"), "'\(subPath)' leads out of the volume")
    }
    isReadOnly = try node.flag("readOnly") ?? false
    propagation = try node.choice("mountPropagation", of: PodManifest.Propagation.self) ?? .none
    try node.finish()
  }
}

extension PodManifest.Volume {
  init(_ node: ManifestNode) throws(ManifestError) {
    name = try node.required("name")
    guard PodManifest.isName(name) else {
      throw ManifestError(node.place("name"), "'\(name)' may hold small letters, digits, '-' and '.' only")
    }
    if let host = try node.object("hostPath") {
      let path = try host.required("path")
      if !path.hasPrefix("/") { throw ManifestError(host.place("path"), "'\(path)' is not absolute") }
      source = .hostPath(path, type: try host.text("type") ?? "")
      try host.finish()
    } else if let empty = try node.object("emptyDir") {
      let medium = try empty.text("medium") ?? ""
      guard ["", "Memory"].contains(medium) else {
        throw ManifestError(empty.place("medium"), "'\(medium)' is not supported")
      }
      source = .emptyDirectory(inMemory: medium == "Memory")
      try empty.finish()
    } else {
      // Names the kind that it is of.
      try node.finish()
      throw ManifestError(node.path, "expected hostPath or emptyDir")
    }
    try node.finish()
  }
}

extension PodManifest.Resources {
  init(_ node: ManifestNode?) throws(ManifestError) {
    guard let node else { return }
    if let limits = try node.object("limits") {
      processorLimit = try Self.quantity(limits, "cpu")?.thousandths
      memoryLimit = try Self.quantity(limits, "memory")?.units
      try limits.finish()
    }
    if let requests = try node.object("requests") {
      processorRequest = try Self.quantity(requests, "cpu")?.thousandths
      memoryRequest = try Self.quantity(requests, "memory")?.units
      try requests.finish()
    }
    try node.finish()
  }

  private static func quantity(_ node: ManifestNode, _ name: String) throws(ManifestError) -> Quantity? {
    guard let text = try node.loose(name) else { return nil }
    guard let quantity = Quantity(text) else { throw ManifestError(node.place(name), "'\(text)' is no quantity") }
    return quantity
  }
}

extension PodManifest.Security {
  /// - Parameter pod: what holds for what is not said here.
  init(_ node: ManifestNode, _ pod: PodManifest.Security) throws(ManifestError) {
    self = pod
    let ids = Int64(0)...Int64(UInt32.max) - 1
    isPrivileged = try node.flag("privileged") ?? pod.isPrivileged
    user = try node.integer("runAsUser", in: ids) ?? pod.user
    group = try node.integer("runAsGroup", in: ids) ?? pod.group
    mustNotBeRoot = try node.flag("runAsNonRoot") ?? pod.mustNotBeRoot
    if mustNotBeRoot && user == 0 {
      throw ManifestError(node.place("runAsUser"), "0 is root, which runAsNonRoot forbids")
    }
    hasReadOnlyRoot = try node.flag("readOnlyRootFilesystem") ?? pod.hasReadOnlyRoot
    allowsEscalation = try node.flag("allowPrivilegeEscalation") ?? pod.allowsEscalation
    if let capabilities = try node.object("capabilities") {
      addedCapabilities = try capabilities.texts("add") ?? []
      droppedCapabilities = try capabilities.texts("drop") ?? []
      try capabilities.finish()
    }
    if let profile = try node.object("seccompProfile") {
      seccomp = try profile.required("type")
      guard ["RuntimeDefault", "Unconfined", "Localhost"].contains(seccomp) else {
        throw ManifestError(profile.place("type"), "'\(seccomp ?? "")' is not supported")
      }
      seccompProfile = try profile.text("localhostProfile") ?? ""
      try profile.finish()
    }
  }
}
