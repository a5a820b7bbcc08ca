// The pages of the program's own file.

internal import CShims

/// Unmaps what is mapped of the program's code and constants. What is used comes back with the next touch from the page
/// cache, sixteen pages at a time; what only the start needed stays away (madvise(2), MADV_DONTNEED on clean pages).
public func giveBackProgramPages() {
  // A failure costs memory alone.
  _ = apus_give_back_program()
}
