import { describe, expect, it } from 'vitest'
import { SECOND } from '../../src/duration.ts'
import { createFaultLog } from '../../src/queue/fault-log.ts'
import { silentLog } from '../../src/telemetry/log.ts'

describe('the fault log', () => {
  function setUp() {
    const lines: object[] = []
    const clock = { time: 0, now: () => clock.time }
    const note = createFaultLog({ ...silentLog, error: (fields) => lines.push(fields) }, clock)
    return { lines, clock, note }
  }
  const lost = (job: string) => new Error(`Missing key for job ${job}`)

  it('writes the first of equal faults at once, and counts the others until it writes again', () => {
    const { lines, clock, note } = setUp()
    for (let i = 0; i < 50; i++) note('the queue broke', lost(`dlv_${i}-1`))
    expect(lines).toEqual([{ err: lost('dlv_0-1') }])
    clock.time = 10 * SECOND
    note('the queue broke', lost('dlv_50-1'))
    expect(lines[1]).toEqual({ err: lost('dlv_50-1'), repeated: 49 })
  })

  it('writes different faults each', () => {
    const { lines, note } = setUp()
    note('the queue broke', new Error('refused'))
    note('the queue broke', new Error('reset'))
    note('the worker broke', new Error('reset'))
    expect(lines).toHaveLength(3)
  })
})
