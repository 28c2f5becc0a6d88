/** The Redis of the queue. */
import { Redis } from 'ioredis'
import { SECOND } from '../../duration.ts'
import { checkClock, readClock } from './clocks.ts'
import { type Finding, findingsOf } from './finding.ts'

/** What BullMQ needs. */
const OLDEST = 5

/** How full it may be before it refuses what is new. */
const NEARLY_FULL = 0.9

/** Whether it is there, and keeps what it is given. */
export async function checkRedis(url: string): Promise<Finding[]> {
  const { failure } = findingsOf('redis')
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 5 * SECOND,
    commandTimeout: 5 * SECOND,
    retryStrategy: null,
    maxRetriesPerRequest: 0,
  })
  let reason = ''
  redis.on('error', (error) => {
    reason = error.message
  })
  try {
    await redis.connect()
    return [...judge(await redis.info()), checkClock(await readClock('Redis', () => timeOf(redis)))]
  } catch (error) {
    const says = reason || (error as Error).message
    return [
      failure(
        `Redis does not answer: ${says}.`,
        'Check REDIS_URL (host, port, user, password, rediss:// for TLS), and that it runs. Until then deliveries wait in Postgres.',
      ),
    ]
  } finally {
    redis.disconnect()
  }
}

async function timeOf(redis: Redis): Promise<number> {
  const [seconds, micros] = await redis.time()
  return Number(seconds) * SECOND + Number(micros) / 1_000
}

function judge(info: string): Finding[] {
  const { ok, warning, failure } = findingsOf('redis')
  const read = (name: string) => new RegExp(`^${name}:(\\S+)`, 'm').exec(info)?.[1]
  const found: Finding[] = []
  const version = read('redis_version') ?? 'of an unknown version'
  if (Number.parseInt(version, 10) < OLDEST)
    found.push(failure(`Redis ${version} is too old.`, `Use Redis ${OLDEST} or newer.`))
  const policy = read('maxmemory_policy')
  if (policy !== undefined && policy !== 'noeviction')
    found.push(
      failure(
        `Its maxmemory-policy is ${policy}: it may throw queued jobs away, and Ringback refuses to start on it.`,
        'Give the queue a Redis of its own, and set there: CONFIG SET maxmemory-policy noeviction (and the same in redis.conf).',
      ),
    )
  const used = Number(read('used_memory') ?? 0)
  const most = Number(read('maxmemory') ?? 0)
  if (most > 0 && used > NEARLY_FULL * most)
    found.push(
      warning(
        `Redis uses ${Math.round((100 * used) / most)} % of its maxmemory.`,
        'Give it more memory; what it refuses waits in Postgres.',
      ),
    )
  return found.length > 0 ? found : [ok(`Redis ${version}, and it keeps what it is given.`)]
}
