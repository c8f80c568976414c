#include "cmpi.h"

// Without the trait the package is built on machines that have no mpi.h.
#ifdef REG_MPI

#define _GNU_SOURCE
#include <limits.h>
#include <mpi.h>
#include <sched.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

// What one call moves at most: MPI counts in int.
static const int64_t piece = 1 << 30;

int cmpi_start(void) {
  int provided;
  return MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &provided);
}

int cmpi_rank(void) {
  int rank;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  return rank;
}

int cmpi_count(void) {
  int count;
  MPI_Comm_size(MPI_COMM_WORLD, &count);
  return count;
}

int cmpi_count_on_node(void) {
  MPI_Comm node;
  int count;
  MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &node);
  MPI_Comm_size(node, &count);
  MPI_Comm_free(&node);
  return count;
}

int cmpi_processors(void) {
#ifdef CPU_COUNT
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
#endif
  long count = sysconf(_SC_NPROCESSORS_ONLN);
  return count < 1 ? 1 : (int)count;
}

static void gather_by_pieces(char *memory, const int64_t *counts, int count) {
  for (int rank = 0; rank < count; rank++) {
    for (int64_t done = 0; done < counts[rank]; done += piece) {
      int64_t some = counts[rank] - done < piece ? counts[rank] - done : piece;
      MPI_Bcast(memory + done, (int)some, MPI_BYTE, rank, MPI_COMM_WORLD);
    }
    memory += counts[rank];
  }
}

void cmpi_gather(void *memory, const int64_t *counts) {
  int count = cmpi_count();
  int64_t total = 0;
  for (int rank = 0; rank < count; rank++) total += counts[rank];
  int *sizes = total <= INT_MAX ? malloc(2 * (size_t)count * sizeof *sizes) : NULL;
  if (sizes == NULL) {
    gather_by_pieces(memory, counts, count);
    return;
  }
  int *places = sizes + count;
  for (int rank = 0, place = 0; rank < count; rank++) {
    sizes[rank] = (int)counts[rank];
    places[rank] = place;
    place += sizes[rank];
  }
  MPI_Allgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, memory, sizes, places, MPI_BYTE, MPI_COMM_WORLD);
  free(sizes);
}

void cmpi_unite(uint64_t *words, int64_t count) {
  for (int64_t done = 0; done < count; done += piece) {
    int64_t some = count - done < piece ? count - done : piece;
    MPI_Allreduce(MPI_IN_PLACE, words + done, (int)some, MPI_UINT64_T, MPI_BOR, MPI_COMM_WORLD);
  }
}

void cmpi_wait(void) {
  MPI_Request request;
  int done = 0;
  const struct timespec millisecond = {.tv_sec = 0, .tv_nsec = 1000000};
  MPI_Ibarrier(MPI_COMM_WORLD, &request);
  // MPI's own waiting takes a whole processor, which those who still work may need.
  for (MPI_Test(&request, &done, MPI_STATUS_IGNORE); !done; MPI_Test(&request, &done, MPI_STATUS_IGNORE)) {
    nanosleep(&millisecond, NULL);
  }
}

void cmpi_end(void) { MPI_Finalize(); }

void cmpi_abort(int code) { MPI_Abort(MPI_COMM_WORLD, code); }

#endif
