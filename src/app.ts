/** Ringback as a process runs it: its parts, and an API that listens. */
import { setTimeout as pause } from 'node:timers/promises'
import { createProbes } from './api/app.ts'
import { type ApiServer, serveApi } from './api/serve.ts'
import type { Config } from './config/load.ts'
import { SECOND } from './duration.ts'
import { openParts, type Surroundings } from './open-parts.ts'

/** A running Ringback. */
export interface Ringback {
  /** Where the API listens; absent without the `api` role. */
  url: string | undefined
  /** Where the metrics and probes are served by themselves; absent unless a port is set for them. */
  metricsUrl: string | undefined
  /** Set when the admin key was made at this start: to be shown once. */
  freshAdminKey: { key: string; file: string } | undefined
  /**
   * Takes no more jobs and says in `/readyz` that it stops, and goes on taking requests for the time that balancers need to see
   * it. Then it finishes what is in hand and closes everything, the probes last. Safe to repeat.
   * @param options.atOnce whether nobody is to be told before
   */
  stop(options?: { atOnce?: boolean }): Promise<void>
}

/**
 * Starts the roles of this process and resolves when they are ready.
 * @throws StartRefused with the cure in its message
 */
export async function openRingback(config: Config, surroundings: Surroundings): Promise<Ringback> {
  const parts = await openParts(config, surroundings)
  const isLeaving = () => parts.probes.isStopping()
  let probes: ApiServer | undefined
  try {
    const url = config.roles.includes('api') ? await openApi() : undefined
    const metricsUrl = config.metricsPort === undefined ? undefined : await openProbes(config.metricsPort)
    return {
      url,
      metricsUrl,
      freshAdminKey: parts.freshAdminKey,
      async stop({ atOnce = false } = {}) {
        parts.leave()
        if (url !== undefined && !atOnce) await pause(config.drainSeconds * SECOND)
        await close()
      },
    }
  } catch (error) {
    await close()
    throw error
  }

  async function openApi(): Promise<string> {
    const server = await serveApi(parts.api, { host: config.host, port: config.port, isLeaving })
    parts.closing.add('api', () => server.stop())
    // First: who watches would keep the server from closing.
    parts.closing.add('streams', () => parts.feed.stop())
    return server.url
  }

  async function openProbes(port: number): Promise<string> {
    probes = await serveApi(createProbes(parts.probes), { host: config.host, port, isLeaving })
    return probes.url
  }

  async function close() {
    await parts.stop()
    // What is in flight may take half a minute, and whoever looks meanwhile sees how it is.
    await probes?.stop()
  }
}
