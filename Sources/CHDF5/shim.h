// What Swift cannot import from <hdf5.h>: identifiers behind macros, flags behind casts, calls whose name or type
// differs between the versions of the library (1.10, 1.12, 1.14, 2.x), and thread-local facts.
#pragma once
#include <hdf5.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

// H5P_DEFAULT, H5E_DEFAULT and H5S_ALL are plain zeros in some versions and casts in others.
static inline hid_t chdf5_default(void) { return 0; }

// Identifiers that are global variables, set when the library starts: each use starts the library.
#define CHDF5_IDENTIFIER(name, macro) \
  static inline hid_t chdf5_##name(void) { return macro; }
CHDF5_IDENTIFIER(native_int8, H5T_NATIVE_INT8)
CHDF5_IDENTIFIER(native_int16, H5T_NATIVE_INT16)
CHDF5_IDENTIFIER(native_int32, H5T_NATIVE_INT32)
CHDF5_IDENTIFIER(native_int64, H5T_NATIVE_INT64)
CHDF5_IDENTIFIER(native_uint8, H5T_NATIVE_UINT8)
CHDF5_IDENTIFIER(native_uint16, H5T_NATIVE_UINT16)
CHDF5_IDENTIFIER(native_uint32, H5T_NATIVE_UINT32)
CHDF5_IDENTIFIER(native_uint64, H5T_NATIVE_UINT64)
CHDF5_IDENTIFIER(native_bits8, H5T_NATIVE_B8)
CHDF5_IDENTIFIER(native_bits16, H5T_NATIVE_B16)
CHDF5_IDENTIFIER(native_bits32, H5T_NATIVE_B32)
CHDF5_IDENTIFIER(native_bits64, H5T_NATIVE_B64)
CHDF5_IDENTIFIER(ieee_single, H5T_IEEE_F32LE)
CHDF5_IDENTIFIER(ieee_double, H5T_IEEE_F64LE)
CHDF5_IDENTIFIER(string, H5T_C_S1)
CHDF5_IDENTIFIER(object_reference, H5T_STD_REF_OBJ)
CHDF5_IDENTIFIER(region_reference, H5T_STD_REF_DSETREG)
CHDF5_IDENTIFIER(file_access, H5P_FILE_ACCESS)
CHDF5_IDENTIFIER(file_create, H5P_FILE_CREATE)
CHDF5_IDENTIFIER(group_create, H5P_GROUP_CREATE)
CHDF5_IDENTIFIER(dataset_create, H5P_DATASET_CREATE)
CHDF5_IDENTIFIER(dataset_access, H5P_DATASET_ACCESS)
CHDF5_IDENTIFIER(dataset_transfer, H5P_DATASET_XFER)
CHDF5_IDENTIFIER(link_create, H5P_LINK_CREATE)
CHDF5_IDENTIFIER(link_access, H5P_LINK_ACCESS)
CHDF5_IDENTIFIER(attribute_create, H5P_ATTRIBUTE_CREATE)
#undef CHDF5_IDENTIFIER

// Flags and sizes behind casts or behind macros that start the library.
static inline unsigned chdf5_read_only(void) { return H5F_ACC_RDONLY; }
static inline unsigned chdf5_read_write(void) { return H5F_ACC_RDWR; }
static inline unsigned chdf5_truncate(void) { return H5F_ACC_TRUNC; }
static inline unsigned chdf5_exclusive(void) { return H5F_ACC_EXCL; }
static inline unsigned chdf5_all_objects(void) { return H5F_OBJ_ALL; }
static inline unsigned chdf5_local_objects(void) {
  return H5F_OBJ_LOCAL | H5F_OBJ_DATASET | H5F_OBJ_GROUP | H5F_OBJ_DATATYPE | H5F_OBJ_ATTR;
}
static inline hsize_t chdf5_unlimited(void) { return H5S_UNLIMITED; }
static inline size_t chdf5_variable(void) { return H5T_VARIABLE; }
static inline bool chdf5_tracks_creation_order(unsigned flags) { return (flags & H5P_CRT_ORDER_TRACKED) != 0; }
static inline bool chdf5_can_decode(unsigned flags) { return (flags & H5Z_FILTER_CONFIG_DECODE_ENABLED) != 0; }

// The link information and the iteration over links have versions since 1.12; whichever the library is configured
// for, the three names below go together.
typedef H5L_info_t chdf5_link_info;
static inline herr_t chdf5_iterate_links(
    hid_t group, H5_index_t index, H5_iter_order_t order,
    herr_t (*operation)(hid_t, const char *, const chdf5_link_info *, void *), void *context) {
  hsize_t position = 0;
  return H5Literate(group, index, order, &position, operation, context);
}
static inline herr_t chdf5_link_information(hid_t group, const char *name, hid_t access, chdf5_link_info *info) {
  return H5Lget_info(group, name, info, access);
}
static inline size_t chdf5_link_value_size(const chdf5_link_info *info) { return info->u.val_size; }
// Where the object of a hard link lies: a number up to 1.10, since 1.12 a token that begins with the bytes of it.
static inline uint64_t chdf5_link_address(const chdf5_link_info *info) {
  uint64_t address;
  memcpy(&address, &info->u, sizeof address);
  return address;
}

// Where an object lies: an address up to 1.10, a token since 1.12.
typedef struct {
  unsigned long file;
  uint64_t high, low;
} chdf5_object_place;
static inline herr_t chdf5_place(hid_t object, chdf5_object_place *place) {
#if H5_VERSION_GE(1, 12, 0)
  H5O_info2_t info;
  herr_t result = H5Oget_info3(object, &info, H5O_INFO_BASIC);
  if (result >= 0) {
    place->file = info.fileno;
    memcpy(&place->low, info.token.__data, 8);
    memcpy(&place->high, info.token.__data + 8, 8);
  }
#else
  H5O_info_t info;
  herr_t result = H5Oget_info2(object, &info, H5O_INFO_BASIC);
  if (result >= 0) {
    place->file = info.fileno;
    place->low = info.addr;
    place->high = 0;
  }
#endif
  return result;
}

// Locks can be set per file since 1.10.7 and 1.12.1; before, only by the environment.
static inline herr_t chdf5_set_locking(hid_t access, bool use, bool ignoreWhenUnsupported) {
#if H5_VERSION_GE(1, 12, 1) || (!H5_VERSION_GE(1, 12, 0) && H5_VERSION_GE(1, 10, 7))
  return H5Pset_file_locking(access, use, ignoreWhenUnsupported);
#else
  (void)access, (void)use, (void)ignoreWhenUnsupported;
  return 0;
#endif
}

// One stored chunk as it lies in the file. Its size is given even where the room is too small and nothing is read; it is
// 0 for a chunk that was never written, or that the index does not lead to. A version of the library that cannot do this
// says that it failed.
//
// Before 2.0 H5Dread_chunk is not told the room: the size must be that of the very record that it finds. So it is asked of
// H5Dget_chunk_storage_size, whose search is the same one, and which leaves the record where H5Dread_chunk looks first.
// H5Dget_chunk_info_by_coord walks the index from its beginning instead: it is slow where there are many chunks, and in a
// damaged index, which has two records of one chunk, it finds another.
static inline herr_t chdf5_read_chunk(
    hid_t dataset, const hsize_t *offset, void *buffer, size_t room, uint32_t *skipped, uint64_t *size) {
#if H5_VERSION_GE(1, 10, 5)
  hsize_t stored = 0;
  *skipped = 0;
  // That a chunk is not there is an error to this call.
  *size = H5Dget_chunk_storage_size(dataset, offset, &stored) < 0 ? 0 : stored;
  if (*size == 0 || *size > room) return 0;
#if H5_VERSION_GE(2, 0, 0)
  return H5Dread_chunk2(dataset, H5P_DEFAULT, offset, skipped, buffer, &room);
#else
  return H5Dread_chunk(dataset, H5P_DEFAULT, offset, skipped, buffer);
#endif
#else
  (void)dataset, (void)offset, (void)buffer, (void)room, (void)skipped, (void)size;
  return -1;
#endif
}
static inline herr_t chdf5_write_chunk(hid_t dataset, const hsize_t *offset, size_t size, const void *buffer) {
#if H5_VERSION_GE(1, 10, 5)
  return H5Dwrite_chunk(dataset, H5P_DEFAULT, 0, offset, size, buffer);
#else
  (void)dataset, (void)offset, (void)size, (void)buffer;
  return -1;
#endif
}
static inline bool chdf5_has_chunk_calls(void) {
#if H5_VERSION_GE(1, 10, 5)
  return true;
#else
  return false;
#endif
}
// Chunks that reach over the border can be stored without their filters, without a word of it in the chunk.
static inline bool chdf5_filters_all_chunks(hid_t creation) {
  unsigned options = 1;
  return H5Pget_chunk_opts(creation, &options) >= 0 && options == 0;
}

// pthread_t is an integer on one system and a pointer on another.
static inline uintptr_t chdf5_thread(void) { return (uintptr_t)pthread_self(); }

// Whether this was asked on the present thread before. The number of a thread does not tell: a new one may have that
// of one that ended.
static inline bool chdf5_was_silenced(void) {
  static _Thread_local bool wasSilenced;
  bool result = wasSilenced;
  wasSilenced = true;
  return result;
}
