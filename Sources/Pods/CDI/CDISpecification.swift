// What a file says about devices.

internal import Foundation

/// A file of the Container Device Interface: the devices of one kind and what they change in a container. Written in
/// JSON or YAML; a key that nobody reads is refused, since what it stands for would be missing in the container.
struct CDISpecification: Decodable, Equatable {
  var cdiVersion: String
  var kind: String
  var annotations: [String: String]?
  var devices: [Device]
  /// For whoever gets any of the devices.
  var containerEdits: CDIEdits?

  struct Device: Decodable, Equatable {
    var name: String
    var annotations: [String: String]?
    var containerEdits: CDIEdits

    private enum CodingKeys: String, CodingKey, CaseIterable { case name, annotations, containerEdits }

    init(from decoder: any Decoder) throws {
      let values = try decoder.fields(CodingKeys.self)
      name = try values.decode(String.self, forKey: .name)
      annotations = try values.decodeIfPresent([String: String].self, forKey: .annotations)
      containerEdits = try values.decode(CDIEdits.self, forKey: .containerEdits)
    }
  }

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case cdiVersion, kind, annotations, devices, containerEdits
  }

  init(from decoder: any Decoder) throws {
    let values = try decoder.fields(CodingKeys.self)
    cdiVersion = try values.decode(String.self, forKey: .cdiVersion)
    kind = try values.decode(String.self, forKey: .kind)
    annotations = try values.decodeIfPresent([String: String].self, forKey: .annotations)
    devices = try values.decode([Device].self, forKey: .devices)
    containerEdits = try values.decodeIfPresent(CDIEdits.self, forKey: .containerEdits)
  }

  private static let versions: Set = [
    "0.1.0", "0.2.0", "0.3.0", "0.4.0", "0.5.0", "0.6.0", "0.7.0", "0.8.0", "1.0.0", "1.1.0",
  ]

  /// Why it cannot be used; nil for nothing.
  var fault: String? {
    let version = cdiVersion.hasPrefix("v") ? String(cdiVersion.dropFirst()) : cdiVersion
    if !Self.versions.contains(version) { return "cdiVersion: '\(cdiVersion)' is not known" }
    if !CDIName.isKind(kind) { return "kind: '\(kind)' is not of the form vendor.com/class" }
    if devices.isEmpty { return "devices: there is none" }
    if let fault = containerEdits?.fault { return "containerEdits." + fault }
    var names: Set<String> = []
    for (index, device) in devices.enumerated() {
      if !CDIName.isDevice(device.name) { return "devices[\(index)].name: '\(device.name)' is no name" }
      if !names.insert(device.name).inserted { return "devices[\(index)].name: there is another '\(device.name)'" }
      if device.containerEdits == CDIEdits() { return "devices[\(index)].containerEdits: change nothing" }
      if let fault = device.containerEdits.fault { return "devices[\(index)].containerEdits." + fault }
    }
    return nil
  }
}

/// Any key of a document.
struct AnyKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init?(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

extension Decoder {
  /// The fields of an object that has no others.
  func fields<Key: CodingKey & CaseIterable>(_ keys: Key.Type) throws -> KeyedDecodingContainer<Key> {
    let known = Set(keys.allCases.map(\.stringValue))
    let all = try container(keyedBy: AnyKey.self)
    if let other = all.allKeys.first(where: { !known.contains($0.stringValue) }) {
      throw DecodingError.dataCorruptedError(
        forKey: other, in: all, debugDescription: "there is no such field")
    }
    return try container(keyedBy: keys)
  }
}
