/**
 * Room for look-ups of names. `getaddrinfo` runs on libuv's threads, four unless told, so four receivers whose name
 * servers stall would hold up the look-ups of all others.
 *
 * libuv reads the variable when its first thread is needed. With Node 22 and newer nothing needs one before a program's
 * first import, which this is. Node 20 has read the program itself by then, with those threads: there the environment
 * must say it before Node starts, as `npm start` does.
 */

/** A thread that waits costs some kilobytes. */
const THREADS = '32'

/** As the environment said it, if it did. */
export const threadsGiven: string | undefined = process.env.UV_THREADPOOL_SIZE

process.env.UV_THREADPOOL_SIZE ??= THREADS
