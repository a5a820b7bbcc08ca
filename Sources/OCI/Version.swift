// The version of the runtime specification.

/// The runtime-spec version that this package implements.
public let specificationVersion = "1.3.0"
