// The qualified name of a device.

/// The qualified name of a device, `vendor.com/class=name` (Container Device Interface, JSON specification).
struct CDIName: Hashable, Sendable {
  /// `vendor.com/class`.
  let kind: String
  let device: String

  var text: String { kind + "=" + device }

  init(kind: String, device: String) {
    self.kind = kind
    self.device = device
  }

  /// Nil for what is no such name.
  init?(_ text: String) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, CDIName.isKind(parts[0]), CDIName.isDevice(parts[1]) else { return nil }
    self.init(kind: parts[0], device: parts[1])
  }

  /// Both parts begin with a letter and end with a letter or digit.
  static func isKind(_ text: String) -> Bool {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2 else { return false }
    return zip(parts, ["_-.", "_-"]).allSatisfy { part, marks in
      part.utf8.first.map(isLetter) == true && part.utf8.last.map(isLetterOrDigit) == true
        && part.utf8.allSatisfy { isLetterOrDigit($0) || marks.utf8.contains($0) }
    }
  }

  static func isDevice(_ text: String) -> Bool {
    text.utf8.first.map(isLetterOrDigit) == true && text.utf8.last.map(isLetterOrDigit) == true
      && text.utf8.allSatisfy { isLetterOrDigit($0) || "_-.:".utf8.contains($0) }
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5a).contains(byte & 0xdf) }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool { isLetter(byte) || (0x30...0x39).contains(byte) }

  /// The devices that a container asks for: by the field of the protocol, then by annotations `cdi.k8s.io/...`, whose
  /// values are names with commas between them; each once.
  static func wanted(by container: ContainerConfiguration) throws(PodError) -> [CDIName] {
    var texts = (container.qualifiedDevices ?? []).map { ("config.CDI_devices", $0) }
    for (key, value) in container.annotations.sorted(by: { $0.key < $1.key }) where key.hasPrefix("cdi.k8s.io/") {
      let names = value.split(separator: ",", omittingEmptySubsequences: false)
      texts += names.map { ("config.annotations[\(key)]", String($0)) }
    }
    var names: [CDIName] = []
    for (field, text) in texts {
      guard let name = CDIName(text) else {
        throw PodError(.invalidArgument, "\(field): '\(text)' is no name of a device, expected vendor.com/class=name")
      }
      if !names.contains(name) { names.append(name) }
    }
    return names
  }
}
