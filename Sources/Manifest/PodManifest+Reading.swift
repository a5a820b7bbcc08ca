// Reading a pod.

internal import Yams

extension PodManifest {
  /// Reads a manifest in YAML or JSON. It is one document of kind Pod; what is not understood is refused by name.
  public init(parsing text: String) throws(ManifestError) {
    self.init()
    let root: Node?
    do {
      var documents = try Array(Yams.compose_all(yaml: JSONSpaces.untabbed(text)))
      root = documents.popLast()
      guard documents.isEmpty else { throw ManifestError("", "more than one document") }
    } catch let error as ManifestError {
      throw error
    } catch {
      throw ManifestError("", "\(error)".split(separator: "\n").joined(separator: " "))
    }
    guard let root else { throw ManifestError("", "there is no document") }
    try read(try ManifestNode(root, ""))
  }

  private mutating func read(_ root: ManifestNode) throws(ManifestError) {
    guard try root.required("apiVersion") == "v1" else { throw ManifestError("apiVersion", "expected v1") }
    guard try root.required("kind") == "Pod" else { throw ManifestError("kind", "expected Pod") }
    // Written by a cluster about a pod that runs there.
    root.pass("status")
    guard let metadata = try root.object("metadata") else { throw ManifestError("metadata", "is missing") }
    guard let spec = try root.object("spec") else { throw ManifestError("spec", "is missing") }
    try root.finish()
    try readMetadata(metadata)
    try readSpec(spec)
  }

  private mutating func readMetadata(_ node: ManifestNode) throws(ManifestError) {
    name = try node.required("name")
    namespace = try node.text("namespace") ?? "default"
    uid = try node.text("uid") ?? ""
    for (value, field) in [(name, "name"), (namespace, "namespace")] where !Self.isName(value) {
      throw ManifestError(node.place(field), "'\(value)' may hold small letters, digits, '-' and '.' only")
    }
    if !uid.isEmpty, !Self.isName(uid) { throw ManifestError(node.place("uid"), "'\(uid)' is no id") }
    labels = try node.textMap("labels").map { Pair($0.name, $0.value) }
    annotations = try node.textMap("annotations").map { Pair($0.name, $0.value) }
    node.pass("creationTimestamp", "generateName", "generation", "managedFields", "ownerReferences", "resourceVersion")
    node.pass("selfLink")
    try node.finish()
  }

  /// A DNS subdomain (RFC 1123): it becomes a part of paths, too.
  static func isName(_ text: String) -> Bool {
    let isPlain = text.utf8.allSatisfy {
      (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || "-.".utf8.contains($0)
    }
    let ends = [text.utf8.first, text.utf8.last].map { $0.map { !"-.".utf8.contains($0) } ?? false }
    return isPlain && ends == [true, true] && text.utf8.count <= 253 && !text.contains("..")
  }

  private mutating func readSpec(_ node: ManifestNode) throws(ManifestError) {
    try readSurroundings(node)
    try readNames(node)
    let podSecurity = try readSecurity(try node.object("securityContext"))
    for volume in try node.objects("volumes") { volumes.append(try Volume(volume)) }
    for field in ["initContainers", "containers"] {
      for container in try node.objects(field) {
        let read = try Container(container, podSecurity, Set(volumes.map(\.name)))
        if (initContainers + containers).contains(where: { $0.name == read.name }) {
          throw ManifestError(container.place("name"), "there is another container '\(read.name)'")
        }
        if field == "containers" { containers.append(read) } else { initContainers.append(read) }
      }
    }
    if containers.isEmpty { throw ManifestError(node.place("containers"), "there is none") }
    // What schedules, watches and identifies a pod in a cluster.
    node.pass("restartPolicy", "nodeName", "nodeSelector", "affinity", "tolerations", "priority", "priorityClassName")
    node.pass("schedulerName", "serviceAccount", "serviceAccountName", "automountServiceAccountToken")
    node.pass("enableServiceLinks", "preemptionPolicy", "topologySpreadConstraints", "imagePullSecrets")
    try node.finish()
  }

  private mutating func readSurroundings(_ node: ManifestNode) throws(ManifestError) {
    usesHostNetwork = try node.flag("hostNetwork") ?? false
    usesHostProcesses = try node.flag("hostPID") ?? false
    usesHostIPC = try node.flag("hostIPC") ?? false
    sharesProcesses = try node.flag("shareProcessNamespace") ?? false
    if sharesProcesses && usesHostProcesses {
      throw ManifestError(node.place("shareProcessNamespace"), "cannot be with hostPID")
    }
    graceSeconds = try node.integer("terminationGracePeriodSeconds", in: 0...86400) ?? 30
    runtimeHandler = try node.text("runtimeClassName") ?? ""
  }

  private mutating func readNames(_ node: ManifestNode) throws(ManifestError) {
    hostName = try node.text("hostname") ?? (usesHostNetwork ? "" : String(name.prefix(63)))
    _ = try node.choice("dnsPolicy", of: DNSPolicy.self)
    guard let dns = try node.object("dnsConfig") else { return }
    dnsServers = try dns.texts("nameservers") ?? []
    dnsSearches = try dns.texts("searches") ?? []
    for option in try dns.objects("options") {
      let name = try option.required("name")
      let value = try option.loose("value")
      try option.finish()
      dnsOptions.append(value.map { name + ":" + $0 } ?? name)
    }
    try dns.finish()
  }

  private enum DNSPolicy: String {
    case clusterFirst = "ClusterFirst"
    case clusterFirstWithHostNet = "ClusterFirstWithHostNet"
    case host = "Default"
    case none = "None"
  }

  private mutating func readSecurity(_ node: ManifestNode?) throws(ManifestError) -> Security {
    guard let node else { return Security() }
    for sysctl in try node.objects("sysctls") {
      sysctls.append(Pair(try sysctl.required("name"), try sysctl.required("value")))
      try sysctl.finish()
    }
    if let groups = try node.integers("supplementalGroups") { supplementalGroups = groups }
    if let group = try node.integer("fsGroup", in: 0...Int64(UInt32.max)) { supplementalGroups.append(group) }
    let security = try Security(node, Security())
    try node.finish()
    return security
  }
}

extension ManifestNode {
  func integers(_ name: String) throws(ManifestError) -> [Int64]? {
    guard let words = try looseTexts(name) else { return nil }
    var list: [Int64] = []
    for word in words {
      guard let value = Int64(word), (0...Int64(UInt32.max)).contains(value) else {
        throw ManifestError(place(name), "'\(word)' is no id")
      }
      list.append(value)
    }
    return list
  }
}

/// JSON may have tabs between its parts, YAML may not.
enum JSONSpaces {
  static func untabbed(_ text: String) -> String {
    guard text.utf8.first(where: { $0 > 0x20 }) == UInt8(ascii: "{") else { return text }
    var (isInString, isEscaped) = (false, false)
    let bytes = text.utf8.map { byte -> UInt8 in
      if isEscaped {
        isEscaped = false
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = isInString
      } else if byte == UInt8(ascii: "\"") {
        isInString.toggle()
      }
      return byte == 0x9 && !isInString ? 0x20 : byte
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
