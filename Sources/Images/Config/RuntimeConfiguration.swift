// The configuration of a container, made of an image's and a caller's.

public import Linux
public import OCI

extension ImageConfiguration {
  /// The configuration of a container of this image (image-spec conversion.md), for the runtime.
  ///
  /// What the image says is text of strangers. Of its labels only those of the image-spec's own namespace become
  /// annotations: runtimes and their callers act upon others (CVE-2026-53488).
  /// - Parameter root: the root file system, for users by name.
  public func runtimeSpec(
    _ overrides: ContainerOverrides = ContainerOverrides(), root: borrowing Descriptor
  ) throws(ImageError) -> Spec {
    var spec = Spec.example(withCgroupNamespace: true)
    var process = OCI.Process()
    process.capabilities = spec.process?.capabilities
    process.rlimits = spec.process?.rlimits ?? []
    process.noNewPrivileges = true
    process.terminal = overrides.hasTerminal
    process.args = try arguments(overrides)
    process.env = environment(overrides)
    process.cwd = try workingDirectory(overrides)
    process.user = try ContainerUser.resolve(overrides.user ?? container.user, in: root)
    spec.process = process
    spec.root = Root(path: "rootfs", readonly: false)
    spec.hostname = "apus"
    spec.mounts += try volumes()
    spec.annotations = try annotations()
    return spec
  }

  private func arguments(_ overrides: ContainerOverrides) throws(ImageError) -> [String] {
    let command = overrides.command.isEmpty && overrides.entrypoint == nil ? container.command : overrides.command
    let arguments = (overrides.entrypoint ?? container.entrypoint) + command
    guard arguments.first?.isEmpty == false else {
      throw ImageError(.invalidInput, "the image names no command: write one")
    }
    return arguments
  }

  /// The image's variables, then the caller's; of one name the last counts, at the place of the first.
  private func environment(_ overrides: ContainerOverrides) -> [String] {
    var names: [String] = []
    var variables: [String] = []
    let path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    for variable in [path] + container.environment + overrides.environment {
      guard let equals = variable.utf8.firstIndex(of: UInt8(ascii: "=")), equals > variable.startIndex else { continue }
      let name = String(variable[..<equals])
      if let index = names.firstIndex(of: name) {
        variables[index] = variable
      } else {
        names.append(name)
        variables.append(variable)
      }
    }
    return variables
  }

  private func workingDirectory(_ overrides: ContainerOverrides) throws(ImageError) -> String {
    let text = overrides.workingDirectory ?? container.workingDirectory
    return try RuntimePath.absolute(text.isEmpty ? "/" : text, "the working directory")
  }

  /// A file system of its own for each volume, with what the image has there.
  private func volumes() throws(ImageError) -> [Mount] {
    var mounts: [Mount] = []
    for entry in container.volumes.entries {
      let path = try RuntimePath.absolute(entry.key, "a volume")
      guard path != "/" else { throw ImageError(.unsupported, "a volume of the image is its root") }
      mounts.append(
        Mount(destination: path, type: "tmpfs", source: "tmpfs", options: ["nosuid", "nodev", "tmpcopyup"]))
    }
    return mounts
  }

  private func annotations() throws(ImageError) -> Annotations {
    let namespace = "org.opencontainers.image."
    var annotations = Annotations()
    // What is told of the configuration's own fields is no label's to say.
    let own = Set(["os", "architecture", "stopSignal", "exposedPorts"].map { namespace + $0 })
    for label in container.labels.entries where label.key.hasPrefix(namespace) && !own.contains(label.key) {
      annotations[label.key] = label.value
    }
    let signal = container.stopSignal
    guard signal.utf8.count < 20, signal.utf8.allSatisfy({ $0.isLetter || $0.isDecimalDigit || "+-".utf8.contains($0) })
    else { throw ImageError(.malformed, "the image's stop signal '\(signal.shortened)' is none") }
    let ports = container.exposedPorts.entries.map(\.key).joined(separator: ",")
    for (key, value) in [
      ("os", platform.system), ("architecture", platform.architecture), ("author", author), ("created", created),
      ("stopSignal", signal), ("exposedPorts", ports),
    ] where !value.isEmpty {
      annotations[namespace + key] = value
    }
    return annotations
  }
}

/// Paths in an image's configuration.
enum RuntimePath {
  /// The path without dots and from the root on: `..` above it stays there, as in any root directory.
  static func absolute(_ text: String, _ what: String) throws(ImageError) -> String {
    guard text.utf8.count < 4096, text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
      throw ImageError(.malformed, "\(what) of the image is no path: '\(text.shortened)'")
    }
    var names: [Substring] = []
    for name in text.split(separator: "/") where name != "." {
      if name == ".." { _ = names.popLast() } else { names.append(name) }
    }
    return "/" + names.joined(separator: "/")
  }
}
