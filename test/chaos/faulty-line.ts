/** A proxy on loopback before a server, through which a test breaks connections in the ways that networks do. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

export interface FaultyLine {
  port: number
  /** Resets every connection. */
  cut(): void
  /** Holds every byte back so long, both ways, for so long. */
  delay(byMs: number, forMs: number): Promise<void>
  /** Swallows every byte, both ways, though the connections stand; then resets them. */
  halfOpen(forMs: number): Promise<void>
  /** Swallows every byte from now on. */
  deafen(): void
  readonly isDeaf: boolean
  /** Resets the connections that lost bytes; new ones lose none. */
  hear(): void
  stop(): Promise<void>
}

/** @param targetPort where the server listens, on 127.0.0.1 */
export async function startFaultyLine(targetPort: number): Promise<FaultyLine> {
  const sockets = new Set<Socket>()
  let delayMs = 0
  let isDeaf = false

  const server = createServer((near) => {
    const far = connect(targetPort, '127.0.0.1')
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      // One that ends, however it ends, ends the other.
      from
        .on('error', () => {})
        .on('close', () => {
          sockets.delete(from)
          to.destroy()
        })
      from.on('data', (bytes) => {
        if (isDeaf) return
        // Timers of equal length fire in the order of their making, so bytes keep their order.
        if (delayMs > 0) setTimeout(() => to.write(bytes), delayMs)
        else to.write(bytes)
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  function cut() {
    for (const socket of sockets) socket.resetAndDestroy()
  }

  function deafen() {
    isDeaf = true
  }

  function hear() {
    cut()
    isDeaf = false
  }

  return {
    port: (server.address() as AddressInfo).port,
    cut,
    async delay(byMs, forMs) {
      delayMs = byMs
      await pause(forMs)
      // What is under way must not be overtaken by what comes after.
      cut()
      delayMs = 0
    },
    async halfOpen(forMs) {
      deafen()
      await pause(forMs)
      hear()
    },
    deafen,
    get isDeaf() {
      return isDeaf
    },
    hear,
    async stop() {
      const closed = once(server, 'close')
      server.close()
      cut()
      await closed
    },
  }
}
