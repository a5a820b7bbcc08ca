// What a device changes in a container.

internal import OCI

/// What a device changes in a container (Container Device Interface, section containerEdits).
struct CDIEdits: Decodable, Equatable {
  var env: [String] = []
  var deviceNodes: [Node] = []
  var netDevices: [Interface] = []
  var hooks: [Hook] = []
  var mounts: [Mount] = []
  var additionalGids: [UInt32] = []
  var intelRdt: Cache?

  init() {}

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case env, deviceNodes, netDevices, hooks, mounts, additionalGids, intelRdt
  }

  init(from decoder: any Decoder) throws {
    let values = try decoder.fields(CodingKeys.self)
    env = try values.decodeIfPresent([String].self, forKey: .env) ?? []
    deviceNodes = try values.decodeIfPresent([Node].self, forKey: .deviceNodes) ?? []
    netDevices = try values.decodeIfPresent([Interface].self, forKey: .netDevices) ?? []
    hooks = try values.decodeIfPresent([Hook].self, forKey: .hooks) ?? []
    mounts = try values.decodeIfPresent([Mount].self, forKey: .mounts) ?? []
    additionalGids = try values.decodeIfPresent([UInt32].self, forKey: .additionalGids) ?? []
    intelRdt = try values.decodeIfPresent(Cache.self, forKey: .intelRdt)
  }

  /// A device node; what is absent is that of the host's file.
  struct Node: Decodable, Equatable {
    var path: String
    /// Nil for the same path.
    var hostPath: String?
    var type: String?
    var major: Int64?
    var minor: Int64?
    var fileMode: UInt32?
    var permissions: String?
    var uid: UInt32?
    var gid: UInt32?

    private enum CodingKeys: String, CodingKey, CaseIterable {
      case path, hostPath, type, major, minor, fileMode, permissions, uid, gid
    }

    init(from decoder: any Decoder) throws {
      let values = try decoder.fields(CodingKeys.self)
      path = try values.decode(String.self, forKey: .path)
      hostPath = try values.decodeIfPresent(String.self, forKey: .hostPath)
      type = try values.decodeIfPresent(String.self, forKey: .type)
      major = try values.decodeIfPresent(Int64.self, forKey: .major)
      minor = try values.decodeIfPresent(Int64.self, forKey: .minor)
      fileMode = try values.decodeIfPresent(UInt32.self, forKey: .fileMode)
      permissions = try values.decodeIfPresent(String.self, forKey: .permissions)
      uid = try values.decodeIfPresent(UInt32.self, forKey: .uid)
      gid = try values.decodeIfPresent(UInt32.self, forKey: .gid)
    }
  }

  /// A network device of the host that moves into the container.
  struct Interface: Decodable, Equatable {
    var hostInterfaceName: String
    var name: String

    private enum CodingKeys: String, CodingKey, CaseIterable { case hostInterfaceName, name }

    init(from decoder: any Decoder) throws {
      let values = try decoder.fields(CodingKeys.self)
      hostInterfaceName = try values.decode(String.self, forKey: .hostInterfaceName)
      name = try values.decodeIfPresent(String.self, forKey: .name) ?? ""
    }
  }

  struct Hook: Decodable, Equatable {
    var hookName: String
    var path: String
    var args: [String]?
    var env: [String]?
    /// In seconds.
    var timeout: Int64?

    private enum CodingKeys: String, CodingKey, CaseIterable { case hookName, path, args, env, timeout }

    init(from decoder: any Decoder) throws {
      let values = try decoder.fields(CodingKeys.self)
      hookName = try values.decode(String.self, forKey: .hookName)
      path = try values.decode(String.self, forKey: .path)
      args = try values.decodeIfPresent([String].self, forKey: .args)
      env = try values.decodeIfPresent([String].self, forKey: .env)
      timeout = try values.decodeIfPresent(Int64.self, forKey: .timeout)
    }
  }

  struct Mount: Decodable, Equatable {
    var hostPath: String
    var containerPath: String
    var options: [String]?
    var type: String?

    private enum CodingKeys: String, CodingKey, CaseIterable { case hostPath, containerPath, options, type }

    init(from decoder: any Decoder) throws {
      let values = try decoder.fields(CodingKeys.self)
      hostPath = try values.decode(String.self, forKey: .hostPath)
      containerPath = try values.decode(String.self, forKey: .containerPath)
      options = try values.decodeIfPresent([String].self, forKey: .options)
      type = try values.decodeIfPresent(String.self, forKey: .type)
    }
  }

  /// Shares of the processor's cache and of its memory's bandwidth.
  struct Cache: Decodable, Equatable {
    var closID: String?
    var l3CacheSchema: String?
    var memBwSchema: String?
    var schemata: [String]?
    var enableMonitoring: Bool

    private enum CodingKeys: String, CodingKey, CaseIterable {
      case closID, l3CacheSchema, memBwSchema, schemata, enableMonitoring, enableCMT, enableMBM
    }

    init(from decoder: any Decoder) throws {
      let values = try decoder.fields(CodingKeys.self)
      closID = try values.decodeIfPresent(String.self, forKey: .closID)
      l3CacheSchema = try values.decodeIfPresent(String.self, forKey: .l3CacheSchema)
      memBwSchema = try values.decodeIfPresent(String.self, forKey: .memBwSchema)
      schemata = try values.decodeIfPresent([String].self, forKey: .schemata)
      // Two kinds of monitoring have become one.
      enableMonitoring = try [CodingKeys.enableMonitoring, .enableCMT, .enableMBM].contains { key in
        try values.decodeIfPresent(Bool.self, forKey: key) ?? false
      }
    }
  }
}

extension CDIEdits {
  /// What no runtime could do; nil for nothing.
  var fault: String? {
    for (index, variable) in env.enumerated() where variable.first == "=" || !variable.contains("=") {
      return "env[\(index)]: '\(variable)' is not of the form NAME=value"
    }
    for (index, node) in deviceNodes.enumerated() {
      if let fault = node.fault { return "deviceNodes[\(index)].\(fault)" }
    }
    for (index, hook) in hooks.enumerated() {
      if !Hooks.names.contains(hook.hookName) { return "hooks[\(index)].hookName: there is no '\(hook.hookName)'" }
      if !hook.path.hasPrefix("/") { return "hooks[\(index)].path: '\(hook.path)' is not absolute" }
    }
    for (index, mount) in mounts.enumerated() where mount.hostPath.isEmpty || mount.containerPath.isEmpty {
      return "mounts[\(index)]: needs hostPath and containerPath"
    }
    for (index, device) in netDevices.enumerated() where device.hostInterfaceName.isEmpty {
      return "netDevices[\(index)].hostInterfaceName: is empty"
    }
    return nil
  }
}

extension CDIEdits.Node {
  fileprivate var fault: String? {
    if !path.hasPrefix("/") { return "path: '\(path)' is not absolute" }
    if let type, DeviceKind(name: type) == nil { return "type: there is no '\(type)'" }
    if let permissions, DeviceAccess(letters: permissions) == nil {
      return "permissions: '\(permissions)' is not of the letters rwm"
    }
    return nil
  }
}
