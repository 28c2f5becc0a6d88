/** The forms of `REDIS_URL`: one server, a Sentinel set, a Cluster; with an `s` after `redis`, over TLS. */

/** Where a Redis is, and who we are there. */
export interface RedisPlace {
  kind: 'single' | 'sentinel' | 'cluster'
  tls: boolean
  username: string | undefined
  password: string | undefined
  /** Of the server; of sentinels; of some nodes, from which the others are found. */
  hosts: { host: string; port: number }[]
  /** The name that sentinels know the master by. */
  master: string | undefined
  /** Its number; always 0 in a Cluster. */
  database: number
}

/** The forms, for people. */
export const REDIS_URL_FORMS =
  'redis[s]://host:port/database, redis[s]+sentinel://host:port,host:port/master/database or redis[s]+cluster://host:port,host:port'

const FORM = /^redis(s?)(?:\+(sentinel|cluster))?:\/\/(?:([^@/]*)@)?([^/?#]+)((?:\/[^/?#]*)*)$/
const HOST = /^(\[[0-9a-f:.]+\]|[^:[\]\s]+)(?::(\d{1,5}))?$/i
const PORTS = { single: 6379, sentinel: 26_379, cluster: 6379 }

/** Reads a URL; undefined: it is none of the forms. */
export function parseRedisUrl(url: string): RedisPlace | undefined {
  const [, tls, form = 'single', user = '', list = '', path = ''] = FORM.exec(url) ?? []
  if (tls === undefined) return undefined
  const kind = form as RedisPlace['kind']
  const hosts = list.split(',').map((one) => HOST.exec(one))
  if (hosts.includes(null) || (kind === 'single' && hosts.length > 1)) return undefined

  const parts = path.split('/').slice(1)
  const master = kind === 'sentinel' ? parts.shift() : undefined
  const [number = '', ...rest] = parts
  if (rest.length > 0 || !/^\d{0,5}$/.test(number) || (kind === 'sentinel' && !master)) return undefined
  if (kind === 'cluster' && Number(number) !== 0) return undefined

  const [username = '', ...password] = user.split(':')
  try {
    return {
      kind,
      tls: tls === 's',
      username: decodeURIComponent(username) || undefined,
      password: decodeURIComponent(password.join(':')) || undefined,
      hosts: hosts.map((host) => ({
        host: host![1]!.replace(/[[\]]/g, ''),
        port: Number(host![2] ?? PORTS[kind]),
      })),
      master,
      database: Number(number),
    }
  } catch {
    return undefined
  }
}
