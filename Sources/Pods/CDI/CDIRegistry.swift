// The devices that the files of the host describe.

internal import Foundation
internal import Linux
internal import Yams

/// The devices that the files of the host describe, as they are at this moment. Of two folders the later one counts;
/// two files of one folder with the same device make it unusable.
struct CDIRegistry {
  /// Where a device is described.
  struct Entry {
    let file: String
    let specification: CDISpecification
    let device: CDISpecification.Device
  }

  private enum Place {
    case one(Entry)
    case conflict([String])
  }

  private var places: [CDIName: Place] = [:]
  /// Files that cannot be used, with the reason.
  private(set) var faults: [(file: String, reason: String)] = []

  /// - Parameter folders: the later ones win.
  init(_ folders: [String]) {
    for folder in folders { read(folder) }
  }

  private mutating func read(_ folder: String) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    var found: [CDIName: [Entry]] = [:]
    for name in names.sorted() where [".json", ".yaml"].contains(where: { name.hasSuffix($0) }) {
      let file = folder + "/" + name
      do throws(PodError) {
        let specification = try CDIRegistry.read(file: file)
        for device in specification.devices {
          let name = CDIName(kind: specification.kind, device: device.name)
          found[name, default: []].append(Entry(file: file, specification: specification, device: device))
        }
      } catch {
        faults.append((file, error.message))
      }
    }
    for (name, entries) in found {
      places[name] = entries.count == 1 ? .one(entries[0]) : .conflict(entries.map(\.file))
    }
  }

  private static func read(file: String) throws(PodError) -> CDISpecification {
    let bytes = try attempting("reading") { () throws(SystemCallError) in
      try Descriptor.workingDirectory.readRegularFile(file, limit: 16 << 20)
    }
    let specification: CDISpecification
    do {
      specification =
        file.hasSuffix(".json")
        ? try JSONDecoder().decode(CDISpecification.self, from: Data(bytes))
        : try YAMLDecoder().decode(CDISpecification.self, from: Data(bytes))
    } catch let error as DecodingError {
      throw PodError(.failed, CDIRegistry.sentence(error))
    } catch {
      throw PodError(.failed, "\(error)")
    }
    if let fault = specification.fault { throw PodError(.failed, fault) }
    return specification
  }

  private static func sentence(_ error: DecodingError) -> String {
    let (context, reason): (DecodingError.Context, String) =
      switch error {
      case .keyNotFound(let key, let context): (context, "the field '\(key.stringValue)' is missing")
      case .typeMismatch(let type, let context): (context, "is no \(type)")
      case .valueNotFound(let type, let context): (context, "is no \(type)")
      case .dataCorrupted(let context): (context, context.debugDescription)
      @unknown default: (DecodingError.Context(codingPath: [], debugDescription: ""), "\(error)")
      }
    let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? "." + $0.stringValue }.joined()
    return path.isEmpty ? reason : "\(path.drop { $0 == "." }): \(reason)"
  }

  /// The entries of devices, in that order.
  /// - Throws: names what is unknown and what is described twice.
  func entries(of names: [CDIName]) throws(PodError) -> [Entry] {
    var entries: [Entry] = []
    var unknown: [String] = []
    for name in names {
      switch places[name] {
      case .one(let entry): entries.append(entry)
      case .conflict(let files):
        let list = files.map { "'\($0)'" }.joined(separator: ", ")
        throw PodError(
          .failedPrecondition, "CDI device injection failed: conflicting device '\(name.text)': it is in \(list)")
      case nil: unknown.append(name.text)
      }
    }
    if unknown.isEmpty { return entries }
    let broken = faults.map { "; '\($0.file)' cannot be used: \($0.reason)" }.joined()
    throw PodError(
      .failedPrecondition,
      "CDI device injection failed: unresolvable CDI devices \(unknown.joined(separator: ", "))\(broken)")
  }
}
