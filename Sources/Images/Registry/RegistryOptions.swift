// How registries are asked.

/// How registries are asked.
public struct RegistryOptions: Sendable {
  /// Of whichever registry: certificates are not checked, and one without TLS is asked without.
  public var isInsecure = false
  /// The registries of which this holds, as references name them.
  public var insecureRegistries: Set<String> = []
  /// The one auth file that counts; nil for the usual ones.
  public var authFile: String?
  /// Where each registry has a folder of certificates.
  public var certificateFolders = CertificateFolder.defaultFolders
  /// The one folder of certificates, for whichever registry.
  public var certificateFolder: String?
  /// Proxies, and where the auth files lie.
  public var environment: [String: String]
  public var retries = RetrySchedule()
  public var limits = ImageLimits()
  public var timeouts = RegistryTimeouts()

  public init(environment: [String: String]) { self.environment = environment }

  func isInsecure(_ registry: String) -> Bool { isInsecure || insecureRegistries.contains(registry) }
}

/// How long a registry may take.
public struct RegistryTimeouts: Equatable, Sendable {
  public var connectSeconds = 15.0
  /// For a manifest, a token, or an error: the whole of it.
  public var documentSeconds = 60.0
  /// Within this time something has to come, and of a layer at least `leastBytes`.
  public var stallSeconds = 30.0
  public var leastBytes: Int64 = 16 << 10

  public init() {}
}
