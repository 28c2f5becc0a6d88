/** `npm run capacity`: what so many deliveries a second need, or whether the model foretells a bench of this machine. */
import { parseArgs } from 'node:util'
import { checkPrediction, TOLERANCE } from './check.ts'
import { ASSUMPTIONS, COSTS, readAssumptions, readCosts, readJson } from './inputs.ts'
import { capacityTable } from './page.ts'

const USAGE = `npm run capacity -- [options]

  --costs FILE        what npm run bench -- --scenario costs --json FILE wrote (test/capacity/costs.json)
  --assumptions FILE  traffic, machines, prices (test/capacity/assumptions.json)
  --rates LIST        deliveries a second, joined by commas (1000,10000,100000,1000000)
  --check FILE        hold the prediction for the machine of the costs against what npm run bench -- --json FILE wrote
                      there; exits 1 when it is off by more than ${TOLERANCE * 100} %`

try {
  process.exitCode = run()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${USAGE}\n`)
  process.exitCode = 2
}

/** @returns the exit code */
function run(): number {
  const { values } = parseArgs({
    options: {
      costs: { type: 'string' },
      assumptions: { type: 'string' },
      rates: { type: 'string' },
      check: { type: 'string' },
    },
  })
  const costs = readCosts(values.costs ?? COSTS)
  if (values.check === undefined) {
    const rates = values.rates?.split(',').map(Number)
    if (rates?.some((rate) => !(rate > 0)))
      throw new Error('--rates must be numbers above 0, joined by commas.')
    process.stdout.write(capacityTable(costs, readAssumptions(values.assumptions ?? ASSUMPTIONS), rates))
    return 0
  }
  const { predicted, measured, off, holds } = checkPrediction(costs, readJson(values.check))
  const sign = off < 0 ? '' : '+'
  process.stdout.write(
    `predicted ${predicted.toFixed(0)}/s, measured ${measured.toFixed(0)}/s: ${sign}${(off * 100).toFixed(1)} %, ` +
      `${holds ? 'within' : 'beyond'} ${TOLERANCE * 100} %\n`,
  )
  return holds ? 0 : 1
}
