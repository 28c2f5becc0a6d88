/** The settings by themselves: whether they can be read, and whom callbacks may reach. */
import type { Config } from '../../config/load.ts'
import { oldestNode } from '../../package.ts'
import { type Finding, findingsOf } from './finding.ts'

/** What the process runs on. @param version of Node: three numbers */
export function checkRuntime(version = process.versions.node): Finding {
  const { ok, failure } = findingsOf('runtime')
  const says = `Node ${version}.`
  const isOlder = version.localeCompare(oldestNode, 'en', { numeric: true }) < 0
  return isOlder ? failure(says, `Use Node ${oldestNode} or newer.`) : ok(says)
}

/** Whom callbacks may reach, and how. */
export function checkEgress({ egressAllow, requireHttps, egressProxy }: Config): Finding[] {
  const { ok, warning } = findingsOf('egress')
  const found: Finding[] = []
  if (!requireHttps)
    found.push(
      warning(
        'Callbacks may go over http, readable on their way.',
        'In production leave RINGBACK_REQUIRE_HTTPS unset.',
      ),
    )
  const wide = egressAllow.filter((cidr) => /\/0+$/.test(cidr))
  if (wide.length > 0)
    found.push(
      warning(
        `RINGBACK_EGRESS_ALLOW holds ${wide.join(', ')}: every tenant reaches your whole network.`,
        'Name the few networks that callbacks shall reach.',
      ),
    )
  else if (egressAllow.length > 0)
    found.push(
      warning(
        `Every tenant may register URLs in ${egressAllow.join(', ')}.`,
        'If that is not meant, unset RINGBACK_EGRESS_ALLOW.',
      ),
    )
  if (egressProxy)
    found.push(
      ok(`Callbacks go through the proxy ${new URL(egressProxy).host}, to public addresses over https.`),
    )
  return found.length > 0 ? found : [ok('Callbacks reach public addresses over https, and nothing else.')]
}
