/** Whether callbacks come out of this network: the receivers that are registered are the ones to reach. */
import type pg from 'pg'
import type { Config } from '../../config/load.ts'
import { createEgress, type EgressError } from '../../egress/index.ts'
import { type Finding, findingsOf } from './finding.ts'

/** Each gets a connection that says nothing. */
const MOST_ASKED = 20

/** Fewer that are all down are just that; so many tell of a network that lets nobody out. */
const TELL = 3

/** The newest endpoints whose hosts are looked at: one that is enabled, and was registered of late, is alive as a rule. */
const NEWEST = 500

/** From this machine, with its name servers, through its proxy if there is one. */
export async function checkWayOut(client: pg.Client, config: Config): Promise<Finding[]> {
  const { ok, warning, failure } = findingsOf('way out')
  const urls = await receivers(client)
  if (urls.length === 0) return []
  const { egressAllow, requireHttps, egressProxy } = config
  const egress = createEgress({ allow: egressAllow, requireHttps, proxy: egressProxy })
  const faults = await Promise.all(urls.map((url) => egress.reach(url)))
  egress.close()

  const met = faults.filter((fault) => fault === null).length
  const says = `${met} of ${urls.length} receivers take a connection${met < urls.length ? ` (${summed(faults)})` : ''}.`
  if (met === urls.length) return [ok(says)]
  const isFor = (kind: RegExp) => faults.every((fault) => fault !== null && kind.test(fault))
  if (isFor(/^address_not_allowed$/)) return [failure(says, NOT_ALLOWED)]
  if (met > 0 || urls.length < TELL) return [warning(says, THEIR_AFFAIR)]
  return [failure(says, isFor(/^dns/) ? NO_NAMES : NO_WAY)]
}

const THEIR_AFFAIR = "One that is down is its owner's affair; its endpoint shows it in the dashboard."

const NOT_ALLOWED =
  'Set RINGBACK_EGRESS_ALLOW to the networks that callbacks shall reach, and RINGBACK_REQUIRE_HTTPS=false where they may go over http.'

const NO_NAMES = 'Let this machine ask a name server (/etc/resolv.conf): no name was found.'

const NO_WAY =
  'Open the firewall for what goes out, or set RINGBACK_EGRESS_PROXY to the proxy that everything here goes through.'

/** One URL of each host. */
async function receivers(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ url: string }>(
    `select url from ringback.endpoints where status = 'active' order by id desc limit ${NEWEST}`,
  )
  const byHost = new Map(rows.map(({ url }) => [new URL(url).host, url]))
  return [...byHost.values()].slice(0, MOST_ASKED)
}

function summed(faults: readonly (EgressError | null)[]): string {
  const counts = new Map<EgressError, number>()
  for (const fault of faults) if (fault) counts.set(fault, (counts.get(fault) ?? 0) + 1)
  return [...counts].map(([fault, count]) => `${fault} ${count}`).join(', ')
}
