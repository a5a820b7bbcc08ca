// Logging in to a registry, and out of it.

/// Logging in to a registry, and out of it: credentials that it takes are kept in an auth file, or by the program that
/// the file names for it.
public struct RegistryLogin: Sendable {
  private let key: String
  private let registry: String
  private let options: RegistryOptions
  private let path: String

  /// - Parameter key: a registry, or a repository or folder of one for which the credentials are.
  public init(_ key: String, _ options: RegistryOptions) throws(ImageError) {
    let bare = ["https://", "http://"].first { key.hasPrefix($0) }.map { String(key.dropFirst($0.count)) } ?? key
    let parts = bare.split(separator: "/", maxSplits: 1).map(String.init)
    let registry = parts.first ?? ""
    // A name of nothing in particular says whether the registry is one.
    let reference = try Reference(parts.count > 1 ? bare : "\(registry)/any")
    guard reference.digest == nil, !registry.isEmpty else {
      throw ImageError(.invalidInput, "'\(key.shortened)' is no registry and no repository of one")
    }
    self.registry = reference.registry
    self.key = parts.count > 1 ? reference.name : reference.registry
    self.options = options
    path = options.authFile ?? AuthFile.paths(options.environment)[0]
  }

  /// The user who is logged in; nil for nobody.
  public func credentials() async throws(ImageError) -> Credentials? {
    let reference = try Reference(key.contains("/") ? key : key + "/any")
    return try await CredentialSearch(options).credentials(for: reference)
  }

  /// Throws what the registry has against credentials.
  public func check(_ credentials: Credentials, by access: RegistryAccess) async throws(ImageError) {
    try await access.check(credentials, for: registry)
  }

  /// Keeps the credentials if the registry takes them.
  public func logIn(_ credentials: Credentials, by access: RegistryAccess) async throws(ImageError) {
    try await check(credentials, by: access)
    try await onThread { () throws(ImageError) in
      if let helper = try helper() { return try helper.store(credentials, for: registry) }
      var editor = try AuthFileEditor(path: path)
      editor.set(credentials, for: key)
      try editor.write()
    }
  }

  /// - Returns: whether anything was kept for the registry.
  public func logOut() async throws(ImageError) -> Bool {
    try await onThread { () throws(ImageError) in
      var wasThere = false
      if let helper = try helper() { wasThere = try helper.erase(registry) }
      var editor = try AuthFileEditor(path: path)
      guard editor.remove(key) else { return wasThere }
      try editor.write()
      return true
    }
  }

  /// Forgets the credentials of all registries.
  public static func logOutOfAll(_ options: RegistryOptions) throws(ImageError) {
    var editor = try AuthFileEditor(path: options.authFile ?? AuthFile.paths(options.environment)[0])
    if editor.removeAll() { try editor.write() }
  }

  private func helper() throws(ImageError) -> CredentialProgram? {
    guard let name = try AuthFile.read(path)?.helper(for: registry) else { return nil }
    return try CredentialProgram(name, options.environment)
  }
}
