/* Stands between a program and the kernel and keeps a log of what it does to the files of one folder, in order:
   writes, truncations, removals and flushes. From that log a power cut can be played at any moment.

   A record: kind (1 byte), length of path (4), path, offset (8), length of data (8), data. Loaded with LD_PRELOAD;
   RECORDED_FOLDER and RECORDED_LOG say what and where. The call and its record are one step under a lock. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

static int log_file(void) {
    static int opened = -1;
    if (opened < 0)
        opened = syscall(SYS_openat, AT_FDCWD, getenv("RECORDED_LOG"), O_WRONLY | O_CREAT | O_APPEND, 0600);
    return opened;
}

static int is_ours(const char *path) {
    const char *folder = getenv("RECORDED_FOLDER");
    return folder != NULL && strncmp(path, folder, strlen(folder)) == 0;
}

static int path_of(int file, char *path, size_t room) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, room - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return is_ours(path);
}

static void keep(char kind, const char *path, uint64_t offset, const void *data, uint64_t length) {
    uint32_t letters = strlen(path);
    struct iovec parts[] = {
        {&kind, 1}, {&letters, 4}, {(void *)path, letters}, {&offset, 8}, {&length, 8},
        {(void *)data, data != NULL ? length : 0},
    };
    if (syscall(SYS_writev, log_file(), parts, 6) < 0) abort();
}

#define RECORDED(call, kind, file, offset, data, length)                      \
    char path[4096];                                                          \
    pthread_mutex_lock(&one_at_a_time);                                       \
    long done = (call);                                                       \
    if (done >= 0 && path_of(file, path, sizeof path)) keep(kind, path, offset, data, length); \
    pthread_mutex_unlock(&one_at_a_time);                                     \
    return done;

ssize_t pwrite64(int file, const void *data, size_t length, off64_t offset) {
    RECORDED(syscall(SYS_pwrite64, file, data, length, offset), 'W', file, offset, data, done)
}

ssize_t pwrite(int file, const void *data, size_t length, off_t offset) { return pwrite64(file, data, length, offset); }

ssize_t write(int file, const void *data, size_t length) {
    RECORDED(syscall(SYS_write, file, data, length), 'A', file, 0, data, done)
}

int fsync(int file) { RECORDED(syscall(SYS_fsync, file), 'F', file, 0, NULL, 0) }

int fdatasync(int file) { RECORDED(syscall(SYS_fdatasync, file), 'F', file, 0, NULL, 0) }

int ftruncate64(int file, off64_t length) { RECORDED(syscall(SYS_ftruncate, file, length), 'T', file, length, NULL, 0) }

int ftruncate(int file, off_t length) { return ftruncate64(file, length); }

int unlink(const char *path) {
    pthread_mutex_lock(&one_at_a_time);
    int done = syscall(SYS_unlink, path);
    if (done == 0 && is_ours(path)) keep('U', path, 0, NULL, 0);
    pthread_mutex_unlock(&one_at_a_time);
    return done;
}
