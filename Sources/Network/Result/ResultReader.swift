// Reading results of every version of the specification.

extension NetworkResult {
  /// Reads the result of an ADD.
  /// - Parameter version: that of the configuration, for a result that names none.
  init(parsing bytes: [UInt8], version: CNIVersion, plugin: String) throws(NetworkError) {
    let document: JSONValue
    do {
      document = try JSONValue(parsing: bytes)
    } catch {
      let shown = PluginRunner.oneLine(String(decoding: bytes.prefix(200), as: UTF8.self))
      throw NetworkError(.answer, "plugin '\(plugin)': ADD: byte \(error.offset): \(error.reason), in '\(shown)'")
    }
    try self.init(document, version: version, plugin: plugin)
  }

  init(_ document: JSONValue, version: CNIVersion, plugin: String) throws(NetworkError) {
    let reader = ResultReader(plugin: plugin)
    guard document.members != nil else { throw reader.fault("expected an object, found \(document.kindName)") }
    self.document = document
    var version = version
    if let text = document["cniVersion"]?.text, !text.isEmpty {
      guard let named = CNIVersion(text), CNIVersion.spoken.contains(named) else {
        throw reader.fault("cniVersion: '\(text)' is not supported")
      }
      version = named
    }
    dns = reader.nameServers(document["dns"])
    if version < .v030 {
      try reader.readOld(document, into: &self)
    } else {
      interfaces = try reader.interfaces(document["interfaces"])
      addresses = try reader.addresses(document["ips"])
      routes = try reader.routes(document["routes"], "routes")
    }
  }
}

private struct ResultReader {
  let plugin: String

  func fault(_ reason: String) -> NetworkError {
    NetworkError(.answer, "plugin '\(plugin)': ADD: the result: \(PluginRunner.oneLine(reason))")
  }

  func nameServers(_ value: JSONValue?) -> NameServers {
    let texts = { (name: String) in value?[name]?.list?.compactMap(\.text) ?? [] }
    var searches = texts("search")
    if let domain = value?["domain"]?.text, !domain.isEmpty, searches.isEmpty { searches = [domain] }
    return NameServers(servers: texts("nameservers"), searches: searches, options: texts("options"))
  }

  private func elements(_ value: JSONValue?, _ field: String) throws(NetworkError) -> [JSONValue] {
    guard let value, value != .null else { return [] }
    guard let list = value.list else { throw fault("\(field): expected a list, found \(value.kindName)") }
    return list
  }

  func interfaces(_ value: JSONValue?) throws(NetworkError) -> [NetworkResult.Interface] {
    try elements(value, "interfaces").map { element in
      NetworkResult.Interface(
        name: element["name"]?.text ?? "", hardwareAddress: element["mac"]?.text ?? "",
        sandbox: element["sandbox"]?.text ?? "")
    }
  }

  func addresses(_ value: JSONValue?) throws(NetworkError) -> [NetworkResult.Address] {
    var list: [NetworkResult.Address] = []
    for (index, element) in try elements(value, "ips").enumerated() {
      list.append(
        try address(element["address"], element["gateway"], "ips[\(index)]", element["interface"]?.integer))
    }
    return list
  }

  private func address(
    _ text: JSONValue?, _ gateway: JSONValue?, _ field: String, _ interface: Int?
  ) throws(NetworkError) -> NetworkResult.Address {
    guard let text = text?.text else { throw fault("\(field): there is no address") }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let address = IPAddress(String(parts[0])), let length = Int(parts[1]),
      (0...(address.bytes.count * 8)).contains(length)
    else { throw fault("\(field): '\(text)' is no address with a prefix length") }
    return NetworkResult.Address(
      address: address, prefixLength: length, gateway: try self.gateway(gateway, field), interface: interface)
  }

  private func gateway(_ value: JSONValue?, _ field: String) throws(NetworkError) -> IPAddress? {
    guard let text = value?.text, !text.isEmpty else { return nil }
    guard let address = IPAddress(text) else { throw fault("\(field): gateway: '\(text)' is no address") }
    return address
  }

  func routes(_ value: JSONValue?, _ field: String) throws(NetworkError) -> [NetworkResult.Route] {
    var list: [NetworkResult.Route] = []
    for (index, element) in try elements(value, field).enumerated() {
      guard let destination = element["dst"]?.text else { throw fault("\(field)[\(index)]: there is no dst") }
      list.append(
        NetworkResult.Route(destination: destination, gateway: try gateway(element["gw"], "\(field)[\(index)]")))
    }
    return list
  }

  /// Versions before 0.3.0 have one address of each family and its routes, and name no devices.
  func readOld(_ document: JSONValue, into result: inout NetworkResult) throws(NetworkError) {
    for field in ["ip4", "ip6"] {
      guard let value = document[field], value != .null else { continue }
      result.addresses.append(try address(value["ip"], value["gateway"], field, nil))
      result.routes += try routes(value["routes"], "\(field).routes")
    }
  }
}
