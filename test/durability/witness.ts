/** A receiver that notes, before it answers, what it answers. */
import type { TestContext } from 'vitest'
import type { Line } from '../chaos/receiver-log.ts'
import { type Receiver, type Reply, type Script, startReceiver } from '../setup/receiver.ts'

export interface Witness extends Pick<Receiver, 'url' | 'waitFor'> {
  /** All that came, in the order of coming. */
  readonly lines: readonly Line[]
}

/** Starts one that answers by `script`; it is gone when the test is. */
export async function startWitness(
  { onTestFinished }: Pick<TestContext, 'onTestFinished'>,
  script: Script | Reply,
): Promise<Witness> {
  const lines: Line[] = []
  const receiver = await startReceiver((request, n) => {
    const reply = typeof script === 'function' ? script(request, n) : script
    lines.push({ at: request.at, endpoint: request.path, id: request.id, status: statusOf(reply) })
    return reply
  })
  onTestFinished(() => receiver.close())
  return { url: receiver.url, waitFor: receiver.waitFor, lines }
}

/** 0 for none. */
function statusOf(reply: Reply): number {
  if (typeof reply === 'number') return reply
  return typeof reply === 'object' ? reply.status : 0
}
