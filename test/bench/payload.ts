/** The one event that is measured with: a callback of 1 KB. */
import { eventBody } from '../../src/events/event.ts'
import { newId } from '../../src/ids.ts'

const CALLBACK_BYTES = 1024

export const TYPE = 'bench.measured'

const around = eventBody(newId('event'), { type: TYPE, data: '{"text":""}' }).length

/** What the event says; the rest of its kilobyte is the envelope. */
export const DATA = { text: 'x'.repeat(CALLBACK_BYTES - around) }

export const DATA_TEXT = JSON.stringify(DATA)
