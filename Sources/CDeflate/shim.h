// libdeflate where it is installed, and nothing where it is not: then every function here says that it could not, and
// zlib does the work. The library is named to the linker by its own libdeflate.pc alone, so that its absence is no
// error of the build.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if __has_include(<libdeflate.h>)
#include <libdeflate.h>

typedef struct libdeflate_decompressor *deflate_reader;
typedef struct libdeflate_compressor *deflate_writer;

static inline bool deflate_is_installed(void) { return true; }
static inline deflate_reader _Nullable deflate_new_reader(void) { return libdeflate_alloc_decompressor(); }
static inline void deflate_free_reader(deflate_reader _Nonnull reader) { libdeflate_free_decompressor(reader); }

// 0 where one stream at the beginning of the input becomes exactly so many bytes, checksum and all; above 0 where it
// becomes fewer, below 0 where it becomes more or is damaged.
static inline int deflate_outcome(enum libdeflate_result result) {
  return result == LIBDEFLATE_SUCCESS ? 0 : result == LIBDEFLATE_SHORT_OUTPUT ? 1 : -1;
}
static inline int deflate_read_zlib(
    deflate_reader _Nonnull reader, const void *_Nonnull input, size_t count, void *_Nonnull output, size_t size) {
  size_t used;
  return deflate_outcome(libdeflate_zlib_decompress_ex(reader, input, count, output, size, &used, NULL));
}
static inline int deflate_read_raw(
    deflate_reader _Nonnull reader, const void *_Nonnull input, size_t count, void *_Nonnull output, size_t size) {
  size_t used;
  return deflate_outcome(libdeflate_deflate_decompress_ex(reader, input, count, output, size, &used, NULL));
}

static inline deflate_writer _Nullable deflate_new_writer(int level) { return libdeflate_alloc_compressor(level); }
static inline void deflate_free_writer(deflate_writer _Nonnull writer) { libdeflate_free_compressor(writer); }

// The bytes of the stream that the input became, 0 where there is no room for it; and the room that is always enough.
static inline size_t deflate_write_zlib(
    deflate_writer _Nonnull writer, const void *_Nonnull input, size_t count, void *_Nonnull output, size_t room) {
  return libdeflate_zlib_compress(writer, input, count, output, room);
}
static inline size_t deflate_write_raw(
    deflate_writer _Nonnull writer, const void *_Nonnull input, size_t count, void *_Nonnull output, size_t room) {
  return libdeflate_deflate_compress(writer, input, count, output, room);
}
static inline size_t deflate_room_zlib(deflate_writer _Nonnull writer, size_t count) {
  return libdeflate_zlib_compress_bound(writer, count);
}

static inline uint32_t deflate_crc32(uint32_t sum, const void *_Nonnull bytes, size_t count) {
  return libdeflate_crc32(sum, bytes, count);
}

#else

typedef struct deflate_nothing *deflate_reader;
typedef struct deflate_nothing *deflate_writer;

static inline bool deflate_is_installed(void) { return false; }
static inline deflate_reader _Nullable deflate_new_reader(void) { return NULL; }
static inline void deflate_free_reader(deflate_reader _Nonnull reader) { (void)reader; }
static inline int deflate_read_zlib(
    deflate_reader _Nonnull reader, const void *_Nonnull input, size_t count, void *_Nonnull output, size_t size) {
  (void)reader, (void)input, (void)count, (void)output, (void)size;
  return -1;
}
static inline int deflate_read_raw(
    deflate_reader _Nonnull reader, const void *_Nonnull input, size_t count, void *_Nonnull output, size_t size) {
  (void)reader, (void)input, (void)count, (void)output, (void)size;
  return -1;
}
static inline deflate_writer _Nullable deflate_new_writer(int level) {
  (void)level;
  return NULL;
}
static inline void deflate_free_writer(deflate_writer _Nonnull writer) { (void)writer; }
static inline size_t deflate_write_zlib(
    deflate_writer _Nonnull writer, const void *_Nonnull input, size_t count, void *_Nonnull output, size_t room) {
  (void)writer, (void)input, (void)count, (void)output, (void)room;
  return 0;
}
static inline size_t deflate_write_raw(
    deflate_writer _Nonnull writer, const void *_Nonnull input, size_t count, void *_Nonnull output, size_t room) {
  (void)writer, (void)input, (void)count, (void)output, (void)room;
  return 0;
}
static inline size_t deflate_room_zlib(deflate_writer _Nonnull writer, size_t count) {
  (void)writer, (void)count;
  return 0;
}
static inline uint32_t deflate_crc32(uint32_t sum, const void *_Nonnull bytes, size_t count) {
  (void)bytes, (void)count;
  return sum;
}

#endif
