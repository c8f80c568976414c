#pragma once
#include <stdint.h>

// MPI in plain functions, the same for Open MPI and MPICH, whose handles Swift cannot import. An error of MPI ends the
// job with MPI's own message. All but cmpi_abort are called from the thread that called cmpi_start.

// Begins. 0, or the error of MPI_Init_thread.
int cmpi_start(void);
// The number of this process, from 0.
int cmpi_rank(void);
// The number of processes.
int cmpi_count(void);
// The number of processes that share this machine.
int cmpi_count_on_node(void);
// The processors that this process may run on.
int cmpi_processors(void);
// In `memory` lie the parts of all processes one after the other, counts[r] bytes of rank r. Each gives its own part and
// gets all others.
void cmpi_gather(void *memory, const int64_t *counts);
// Each gets the bitwise or of all words in their places.
void cmpi_unite(uint64_t *words, int64_t count);
// Waits, asleep, until all processes have come here.
void cmpi_wait(void);
// Ends in peace; all processes call it.
void cmpi_end(void);
// Ends the job, all processes of it, with an exit code.
void cmpi_abort(int code);
