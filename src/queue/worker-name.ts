import { hostname } from 'node:os'

/** A name of a connection to Postgres has 63 characters at most, of which BullMQ takes 20. */
const MOST_OF_HOST = 32

/**
 * What the workers of this process are called: the host and the process, as in `web-7f9c-41`. It stands in the names of
 * their connections, so it holds no space and no colon; of a long host name the end counts, which is what differs.
 */
export const workerName = (host: string = hostname(), pid: number = process.pid): string =>
  `${host.replace(/[^\w.-]/g, '-').slice(-MOST_OF_HOST)}-${pid}`
