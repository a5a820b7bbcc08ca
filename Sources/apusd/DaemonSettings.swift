// All that can be decided about the daemon.

import ContainerNetwork
import Pods
import Streaming

/// All that can be decided about the daemon: defaults, then the file, its drop-ins, and the command line.
struct DaemonSettings: Sendable {
  var node = NodeSettings()
  var network = NetworkSettings()
  var streaming = StreamingSettings()
  var socket = "/run/apusd/apusd.sock"
  var logLevel = "info"
  var logFormat = "text"
  /// The one file of credentials for registries; empty for the usual ones.
  var authFile = ""
  /// Registries, as `host[:port]`, that need not prove who they are.
  var insecureRegistries: [String] = []

  static let file = "/etc/apus/apusd.toml"
}

/// A value as TOML and the command line have it.
enum SettingValue: Equatable, Sendable {
  case text(String)
  case number(Int)
  case list([String])

  /// As TOML writes it.
  var toml: String {
    switch self {
    case .text(let text): SettingValue.quoted(text)
    case .number(let number): String(number)
    case .list(let list): "[" + list.map(SettingValue.quoted).joined(separator: ", ") + "]"
    }
  }

  private static func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}

/// Why a setting is refused.
struct SettingError: Error {
  let message: String
}

/// One thing that can be decided: its name, what it means, and where it goes.
struct Setting: Sendable {
  /// `table.name` of the file; on the command line `--name`, with dashes.
  let key: String
  let help: String
  let get: @Sendable (DaemonSettings) -> SettingValue
  let set: @Sendable (inout DaemonSettings, SettingValue) throws(SettingError) -> Void

  var table: String { String(key.prefix { $0 != "." }) }
  var name: String { String(key.drop { $0 != "." }.dropFirst()) }
  /// As written behind `--`.
  var flag: String { name.replacing("_", with: "-") }

  private init(
    _ key: String, _ help: String, get: @escaping @Sendable (DaemonSettings) -> SettingValue,
    set: @escaping @Sendable (inout DaemonSettings, SettingValue) throws(SettingError) -> Void
  ) {
    self.key = key
    self.help = help
    self.get = get
    self.set = set
  }

  /// A text.
  private static func text(
    _ key: String, _ help: String, _ path: any WritableKeyPath<DaemonSettings, String> & Sendable,
    oneOf words: [String] = []
  ) -> Setting {
    Setting(key, help) {
      .text($0[keyPath: path])
    } set: { (settings, value) throws(SettingError) in
      guard case .text(let text) = value, words.isEmpty || words.contains(text) else {
        let expected = words.isEmpty ? "a text" : "one of " + words.joined(separator: ", ")
        throw SettingError(message: "\(key): expected \(expected), found \(value.toml)")
      }
      settings[keyPath: path] = text
    }
  }

  private static func list(
    _ key: String, _ help: String, _ path: any WritableKeyPath<DaemonSettings, [String]> & Sendable
  ) -> Setting {
    Setting(key, help) {
      .list($0[keyPath: path])
    } set: { (settings, value) throws(SettingError) in
      guard case .list(let list) = value else {
        throw SettingError(message: "\(key): expected a list of texts, found \(value.toml)")
      }
      settings[keyPath: path] = list
    }
  }

  private static func number<Number: BinaryInteger & Sendable>(
    _ key: String, _ help: String, _ path: any WritableKeyPath<DaemonSettings, Number> & Sendable, from least: Int
  ) -> Setting {
    Setting(key, help) {
      .number(Int($0[keyPath: path]))
    } set: { (settings, value) throws(SettingError) in
      guard case .number(let number) = value, number >= least, let fitting = Number(exactly: number) else {
        throw SettingError(message: "\(key): expected a number from \(least) on, found \(value.toml)")
      }
      settings[keyPath: path] = fitting
    }
  }
}

extension Setting {
  /// Every setting but the table of runtimes, in the order of the file.
  static let all: [Setting] = [
    text("apusd.socket", "Where the service listens; its folder is closed to everybody else.", \.socket),
    text("apusd.root", "What survives a boot: the records of pods.", \.node.root),
    text("apusd.run_root", "What does not survive a boot.", \.node.runRoot),
    text("apusd.log_level", "What is logged at least.", \.logLevel, oneOf: ["debug", "info", "warning", "error"]),
    text("apusd.log_format", "How it is logged.", \.logFormat, oneOf: ["text", "json"]),
    number(
      "apusd.event_buffer", "Events that may wait for a client of GetContainerEvents before it is ended.",
      \.node.eventLimit, from: 1),
    text("image.image_root", "The images and the changes of containers.", \.node.imageRoot),
    list(
      "image.pinned_images", "Images that are never removed for lack of room; NAME or PREFIX*.", \.node.pinnedImages),
    text("image.auth_file", "The file of credentials for registries; empty for the usual ones.", \.authFile),
    list(
      "image.insecure_registries", "Registries without TLS or with unknown certificates, as HOST[:PORT].",
      \.insecureRegistries),
    text("runtime.default_runtime", "The runtime of pods that name none.", \.node.defaultHandler),
    text("runtime.monitor", "The monitor of containers.", \.node.monitor),
    text("runtime.pause", "The program that pins namespaces and is process 1 of pods.", \.node.pause),
    text("runtime.cgroup_manager", "Who makes cgroups.", \.cgroupManager, oneOf: ["cgroupfs", "systemd"]),
    text("runtime.cgroup_parent", "The cgroup of pods that name none.", \.node.cgroupParent),
    text("runtime.monitor_cgroup", "The cgroup of the monitors.", \.node.monitorCgroup),
    list("runtime.default_capabilities", "What containers get that ask for nothing.", \.node.defaultCapabilities),
    list(
      "runtime.cdi_spec_dirs", "Where devices are described (Container Device Interface); the later ones win.",
      \.node.deviceFolders),
    number("runtime.pids_limit", "Tasks of a container; -1 for no limit.", \.node.pidsLimit, from: -1),
    number(
      "runtime.log_size_max", "Bytes of a log before it begins anew; -1 for no limit.", \.node.logSizeLimit, from: -1),
    number("runtime.create_timeout", "Seconds that a runtime may take.", \.node.createTimeoutSeconds, from: 1),
    number("runtime.shm_size", "Bytes of a pod's /dev/shm.", \.node.shmBytes, from: 4096),
    text("network.network_dir", "Where networks are described.", \.network.configurationFolder),
    list("network.plugin_dirs", "Where plugins are looked for.", \.network.pluginFolders),
    text("network.cni_cache", "What is remembered of attachments.", \.network.cacheFolder),
    text("network.default_network", "The network of pods; empty for the first one.", \.defaultNetwork),
    number(
      "network.gc_interval", "Seconds between two collections of what networks keep for pods that are gone.",
      \.network.garbageSeconds, from: 1),
    text("network.namespace_dir", "Where network namespaces are pinned.", \.node.networkNamespaces),
    text("streaming.stream_address", "Where exec, attach and port-forward are served.", \.streaming.address),
    number("streaming.stream_port", "The port of that; 0 for any.", \.streaming.port, from: 0),
    text(
      "streaming.stream_tls_cert", "The certificate of that, in PEM; empty for no TLS.", \.streaming.certificateFile),
    text("streaming.stream_tls_key", "The key of the certificate.", \.streaming.keyFile),
    text(
      "streaming.stream_tls_ca", "Who signs the certificates that clients have to show; empty when they need none.",
      \.streaming.clientAuthorityFile),
    number(
      "streaming.stream_idle_timeout", "Seconds after which a connection ends over which nothing goes.",
      \.streaming.idleTimeoutSeconds, from: 1),
  ]

  /// What may change while the daemon runs.
  static let live: Set = [
    "apusd.log_level", "image.pinned_images", "image.auth_file", "image.insecure_registries",
    "runtime.default_runtime", "runtime.monitor", "runtime.pause", "runtime.default_capabilities",
    "runtime.cdi_spec_dirs", "runtime.pids_limit", "runtime.log_size_max", "runtime.create_timeout", "runtime.shm_size",
  ]

  static func named(_ key: String) -> Setting? { all.first { $0.key == key } }
}

extension DaemonSettings {
  fileprivate var cgroupManager: String {
    get { node.usesSystemdCgroups ? "systemd" : "cgroupfs" }
    set { node.usesSystemdCgroups = newValue == "systemd" }
  }

  fileprivate var defaultNetwork: String {
    get { network.defaultNetwork ?? "" }
    set { network.defaultNetwork = newValue.isEmpty ? nil : newValue }
  }
}
