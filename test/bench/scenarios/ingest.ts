import { fork } from 'node:child_process'
import { once } from 'node:events'
import { NODE_FLAGS } from '../node-flags.ts'
import { DATA, TYPE } from '../payload.ts'
import { startPlace } from '../place.ts'
import type { PostsNews, PostsTask } from '../posts-process.ts'
import { ADMIN_KEY } from '../server.ts'
import { newTenant } from '../tenants.ts'
import type { Scenario } from './scenario.ts'

const TENANT = 'ingest'
const CONNECTIONS = 64

export const ingest: Scenario = {
  name: 'ingest',
  shows: 'Accepting alone, one event a request, beside a bare Hono route that parses the same body.',
  async run({ backend, extent, closing, say }) {
    const { rounds, seconds } = extent
    const bare = fork(new URL('../bare-process.ts', import.meta.url), {
      execArgv: [...process.execArgv, ...NODE_FLAGS],
    })
    closing.add('bare route', () => void bare.kill())
    const [port] = (await once(bare, 'message')) as [number]
    // Whoever accepts does not deliver; each event makes a delivery and its alarm all the same.
    const { server } = await startPlace(backend, closing, { RINGBACK_ROLES: 'api' })
    await newTenant(server, TENANT)
    await server.call('POST', `/v1/tenants/${TENANT}/endpoints`, { url: 'http://127.0.0.1:8099/' })

    const task = (url: string): PostsTask => ({
      url,
      path: `/v1/tenants/${TENANT}/events`,
      headers: { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({ type: TYPE, data: DATA }),
      connections: CONNECTIONS,
      seconds,
    })
    const bareTask = task(`http://127.0.0.1:${port}`)
    const ownTask = task(server.url)
    for (const warmUp of [bareTask, ownTask]) await post({ ...warmUp, seconds: 2 })

    const [limits, accepted]: [number[], number[]] = [[], []]
    for (let round = 0; round < rounds; round++) {
      limits.push(await post(bareTask))
      accepted.push(await post(ownTask))
      say(`  bare ${limits[round]!.toFixed(0)}/s, accepted ${accepted[round]!.toFixed(0)}/s`)
    }
    return [
      { key: 'barePerSecond', says: 'the bare route', unit: '/s', values: limits },
      { key: 'perSecond', says: 'events accepted', unit: '/s', values: accepted },
      {
        key: 'ratio',
        says: 'events accepted, against the bare route',
        unit: 'x',
        values: accepted.map((own, i) => own / limits[i]!),
        atLeast: 0.4,
      },
    ]
  },
}

async function post(task: PostsTask): Promise<number> {
  const child = fork(new URL('../posts-process.ts', import.meta.url))
  const ended = once(child, 'exit').then(() => ({ error: 'The load ended without a figure.' }))
  child.send(task)
  const news = await Promise.race([once(child, 'message').then(([told]) => told as PostsNews), ended])
  if ('error' in news) throw new Error(news.error)
  return news.perSecond
}
