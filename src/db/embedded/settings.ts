/**
 * How the server is set up, passed on its command line at every start so that a new version of Ringback brings its own.
 * What is not named has Postgres' default.
 */

const SETTINGS: Record<string, string | number> = {
  // Only this machine, and no socket file whose path could be too long.
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',

  // Accepted means kept: a commit is on disk when it returns, and no torn page survives a crash. These are the defaults,
  // named because the promise rests on them.
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',

  // A small server beside the application: the working set is the recent events and their indexes.
  shared_buffers: '128MB',
  // Pools of the API and of a few worker processes, with one connection a worker for LISTEN.
  max_connections: 100,
  // Docker gives /dev/shm 64 MB, which parallel queries fill; ours are short and gain nothing from them.
  max_parallel_workers_per_gather: 0,
  max_parallel_maintenance_workers: 0,
  // Compiling pays off for long analytical queries only, and costs a library and milliseconds a plan.
  jit: 'off',

  // Bounds the disk that the log of changes takes, and the time that recovery takes after a crash.
  max_wal_size: '512MB',
  min_wal_size: '64MB',
  // Group commit is ours (the batcher); waiting here too would only add to the time of each.
  commit_delay: 0,
  // Backups are dumps: nobody streams from this server.
  wal_level: 'minimal',
  max_wal_senders: 0,

  // Deliveries are updated a few times in their first seconds: look often, and clean up after a twentieth has changed
  // instead of a fifth, so that the hot pages stay few.
  autovacuum_naptime: '10s',
  autovacuum_vacuum_scale_factor: 0.05,
  autovacuum_analyze_scale_factor: 0.05,
  // The disk is a solid-state one nearly everywhere; the default price of a random read is that of a turning one.
  random_page_cost: 1.1,

  timezone: 'UTC',
  log_timezone: 'UTC',
  // Failed statements are reported to Ringback, which logs them; here they would repeat customers' data, without bound.
  // "log" ranks above "error": the server's own life and its fatal errors remain.
  log_min_messages: 'log',
  log_checkpoints: 'off',
  log_autovacuum_min_duration: -1,
}

/** For throw-away databases: nothing waits for a disk. */
const NOT_DURABLE: Record<string, string> = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
}

/** The settings as arguments for `postgres`. */
export function settingsAsArguments(options: { port: number; durable: boolean }): string[] {
  const all = { ...SETTINGS, ...(options.durable ? {} : NOT_DURABLE), port: options.port }
  return Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}
