// Images of registries.

import Pods

/// Brings images of registries here.
struct RegistryPuller: ImagePuller {
  func pull(_ name: String, _ credentials: ImageCredentials?) async throws(PodError) -> String {
    throw PodError(
      .unimplemented, "'\(name)': the daemon does not speak to registries; bring the image here with apus-image")
  }
}
