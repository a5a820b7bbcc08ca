// The settings on the command line.

import ArgumentParser
import Pods

/// The settings on the command line, each under the name that it has in the file.
struct SettingsOptions: ParsableArguments {
  @Option(name: .long, help: "The file of the settings.")
  var config: String?

  @Option(name: .long, help: "A runtime, as NAME=PATH; may be repeated.")
  var runtime: [String] = []

  @Option(name: .customLong("socket"), help: "Where the service listens; its folder is closed to everybody else.")
  var socket: String?

  @Option(name: .customLong("root"), help: "What survives a boot: the records of pods.")
  var root: String?

  @Option(name: .customLong("run-root"), help: "What does not survive a boot.")
  var runRoot: String?

  @Option(name: .customLong("log-level"), help: "What is logged at least.")
  var logLevel: String?

  @Option(name: .customLong("log-format"), help: "How it is logged.")
  var logFormat: String?

  @Option(
    name: .customLong("event-buffer"),
    help: "Events that may wait for a client of GetContainerEvents before it is ended.")
  var eventBuffer: Int?

  @Option(name: .customLong("image-root"), help: "The images and the changes of containers.")
  var imageRoot: String?

  @Option(
    name: .customLong("pinned-images"),
    help: "Images that are never removed for lack of room; NAME or PREFIX*. May be repeated.")
  var pinnedImages: [String] = []

  @Option(name: .customLong("auth-file"), help: "The file of credentials for registries; empty for the usual ones.")
  var authFile: String?

  @Option(
    name: .customLong("insecure-registries"),
    help: "Registries without TLS or with unknown certificates, as HOST[:PORT]. May be repeated.")
  var insecureRegistries: [String] = []

  @Option(name: .customLong("default-runtime"), help: "The runtime of pods that name none.")
  var defaultRuntime: String?

  @Option(name: .customLong("monitor"), help: "The monitor of containers.")
  var monitor: String?

  @Option(name: .customLong("pause"), help: "The program that pins namespaces and is process 1 of pods.")
  var pause: String?

  @Option(name: .customLong("cgroup-manager"), help: "Who makes cgroups.")
  var cgroupManager: String?

  @Option(name: .customLong("cgroup-parent"), help: "The cgroup of pods that name none.")
  var cgroupParent: String?

  @Option(name: .customLong("monitor-cgroup"), help: "The cgroup of the monitors.")
  var monitorCgroup: String?

  @Option(name: .customLong("default-capabilities"), help: "What containers get that ask for nothing. May be repeated.")
  var defaultCapabilities: [String] = []

  @Option(
    name: .customLong("cdi-spec-dirs"),
    help: "Where devices are described (Container Device Interface); the later ones win. May be repeated.")
  var cdiSpecDirs: [String] = []

  @Option(name: .customLong("pids-limit"), help: "Tasks of a container; -1 for no limit.")
  var pidsLimit: Int?

  @Option(name: .customLong("log-size-max"), help: "Bytes of a log before it begins anew; -1 for no limit.")
  var logSizeMax: Int?

  @Option(name: .customLong("create-timeout"), help: "Seconds that a runtime may take.")
  var createTimeout: Int?

  @Option(name: .customLong("shm-size"), help: "Bytes of a pod's /dev/shm.")
  var shmSize: Int?

  @Option(name: .customLong("network-dir"), help: "Where networks are described.")
  var networkDir: String?

  @Option(name: .customLong("plugin-dirs"), help: "Where plugins are looked for. May be repeated.")
  var pluginDirs: [String] = []

  @Option(name: .customLong("cni-cache"), help: "What is remembered of attachments.")
  var cniCache: String?

  @Option(name: .customLong("default-network"), help: "The network of pods; empty for the first one.")
  var defaultNetwork: String?

  @Option(
    name: .customLong("gc-interval"),
    help: "Seconds between two collections of what networks keep for pods that are gone.")
  var gcInterval: Int?

  @Option(name: .customLong("namespace-dir"), help: "Where network namespaces are pinned.")
  var namespaceDir: String?

  @Option(name: .customLong("stream-address"), help: "Where exec, attach and port-forward are served.")
  var streamAddress: String?

  @Option(name: .customLong("stream-port"), help: "The port of that; 0 for any.")
  var streamPort: Int?

  @Option(name: .customLong("stream-tls-cert"), help: "The certificate of that, in PEM; empty for no TLS.")
  var streamTLSCert: String?

  @Option(name: .customLong("stream-tls-key"), help: "The key of the certificate.")
  var streamTLSKey: String?

  @Option(
    name: .customLong("stream-tls-ca"),
    help: "Who signs the certificates that clients have to show; empty when they need none.")
  var streamTLSCA: String?

  @Option(
    name: .customLong("stream-idle-timeout"), help: "Seconds after which a connection ends over which nothing goes.")
  var streamIdleTimeout: Int?

  /// Defaults, the file with its drop-ins, and what the command line says.
  func settings() throws -> DaemonSettings {
    var settings = DaemonSettings()
    settings.node.handlers["apus"] = RuntimeHandler(name: "apus", path: "/usr/local/bin/apus")
    try SettingsFile.apply(config ?? DaemonSettings.file, isRequired: config != nil, to: &settings)
    for (key, value) in given {
      if let value { try Setting.named(key)?.set(&settings, value) }
    }
    for text in runtime {
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2, parts[1].hasPrefix("/") else {
        throw SettingError(message: "--runtime '\(text)': expected NAME=PATH with an absolute path")
      }
      settings.node.handlers[parts[0]] = RuntimeHandler(name: parts[0], path: parts[1])
    }
    guard settings.node.handlers[settings.node.defaultHandler] != nil else {
      throw SettingError(
        message: "runtime.default_runtime: there is no runtime '\(settings.node.defaultHandler)'")
    }
    return settings
  }

  private var given: [(String, SettingValue?)] {
    [
      ("apusd.socket", socket.map { .text($0) }),
      ("apusd.root", root.map { .text($0) }),
      ("apusd.run_root", runRoot.map { .text($0) }),
      ("apusd.log_level", logLevel.map { .text($0) }),
      ("apusd.log_format", logFormat.map { .text($0) }),
      ("apusd.event_buffer", eventBuffer.map { .number($0) }),
      ("image.image_root", imageRoot.map { .text($0) }),
      ("image.pinned_images", pinnedImages.isEmpty ? nil : .list(pinnedImages)),
      ("image.auth_file", authFile.map { .text($0) }),
      ("image.insecure_registries", insecureRegistries.isEmpty ? nil : .list(insecureRegistries)),
      ("runtime.default_runtime", defaultRuntime.map { .text($0) }),
      ("runtime.monitor", monitor.map { .text($0) }),
      ("runtime.pause", pause.map { .text($0) }),
      ("runtime.cgroup_manager", cgroupManager.map { .text($0) }),
      ("runtime.cgroup_parent", cgroupParent.map { .text($0) }),
      ("runtime.monitor_cgroup", monitorCgroup.map { .text($0) }),
      ("runtime.default_capabilities", defaultCapabilities.isEmpty ? nil : .list(defaultCapabilities)),
      ("runtime.cdi_spec_dirs", cdiSpecDirs.isEmpty ? nil : .list(cdiSpecDirs)),
      ("runtime.pids_limit", pidsLimit.map { .number($0) }),
      ("runtime.log_size_max", logSizeMax.map { .number($0) }),
      ("runtime.create_timeout", createTimeout.map { .number($0) }),
      ("runtime.shm_size", shmSize.map { .number($0) }),
      ("network.network_dir", networkDir.map { .text($0) }),
      ("network.plugin_dirs", pluginDirs.isEmpty ? nil : .list(pluginDirs)),
      ("network.cni_cache", cniCache.map { .text($0) }),
      ("network.default_network", defaultNetwork.map { .text($0) }),
      ("network.gc_interval", gcInterval.map { .number($0) }),
      ("network.namespace_dir", namespaceDir.map { .text($0) }),
      ("streaming.stream_address", streamAddress.map { .text($0) }),
      ("streaming.stream_port", streamPort.map { .number($0) }),
      ("streaming.stream_tls_cert", streamTLSCert.map { .text($0) }),
      ("streaming.stream_tls_key", streamTLSKey.map { .text($0) }),
      ("streaming.stream_tls_ca", streamTLSCA.map { .text($0) }),
      ("streaming.stream_idle_timeout", streamIdleTimeout.map { .number($0) }),
    ]
  }
}
