// Stands for Intel's storage library, whose flags pkg-config tells. Where it is not installed, CCodecs takes zlib.
