#pragma once
// Only tells the package manager what to link with: mpi.h has macros and casts that Swift cannot import, so only CMPI
// includes it.
