/** Ringback as a process runs it: its parts, and an API that listens. */
import { createProbes } from './api/app.ts'
import { serveApi } from './api/serve.ts'
import type { Config } from './config/load.ts'
import { openParts, type Surroundings } from './open-parts.ts'

/** A running Ringback. */
export interface Ringback {
  /** Where the API listens; absent without the `api` role. */
  url: string | undefined
  /** Where the metrics and probes are served by themselves; absent unless a port is set for them. */
  metricsUrl: string | undefined
  /** Set when the admin key was made at this start: to be shown once. */
  freshAdminKey: { key: string; file: string } | undefined
  /** Takes no more work, finishes what is in hand, closes everything. Safe to repeat. */
  stop(): Promise<void>
}

/**
 * Starts the roles of this process and resolves when they are ready.
 * @throws StartRefused with the cure in its message
 */
export async function openRingback(config: Config, surroundings: Surroundings): Promise<Ringback> {
  const { api, feed, probes, closing, freshAdminKey, stop } = await openParts(config, surroundings)
  try {
    const url = config.roles.includes('api') ? await openApi() : undefined
    const metricsUrl = config.metricsPort === undefined ? undefined : await openProbes(config.metricsPort)
    return { url, metricsUrl, freshAdminKey, stop }
  } catch (error) {
    await stop()
    throw error
  }

  async function openApi(): Promise<string> {
    const server = await serveApi(api, config)
    closing.add('api', () => server.stop())
    // First: who watches would keep the server from closing.
    closing.add('streams', () => feed.stop())
    return server.url
  }

  async function openProbes(port: number): Promise<string> {
    const server = await serveApi(createProbes(probes), { host: config.host, port })
    closing.add('probes', () => server.stop())
    return server.url
  }
}
