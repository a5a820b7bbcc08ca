// Where credentials are found.

/// Where credentials are found: in the auth files, or in the programs that these name.
struct CredentialSearch: Sendable {
  private let paths: [String]
  private let environment: [String: String]

  init(_ options: RegistryOptions) {
    paths = options.authFile.map { [$0] } ?? AuthFile.paths(options.environment)
    environment = options.environment
  }

  /// Those of the first file that has any; nil for none.
  func credentials(for reference: Reference) async throws(ImageError) -> Credentials? {
    try await onThread { () throws(ImageError) in
      for path in paths {
        guard let file = try AuthFile.read(path) else { continue }
        if let credentials = try file.credentials(for: reference) { return credentials }
        guard let helper = file.helper(for: reference.registry) else { continue }
        let program = try CredentialProgram(helper, environment)
        if let credentials = try program.credentials(for: reference.registry) { return credentials }
      }
      return nil
    }
  }
}
