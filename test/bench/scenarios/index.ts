/** The scenarios, in the order in which `--scenario all` runs them. */
import { client } from './client.ts'
import { costs } from './costs.ts'
import { endpoints } from './endpoints.ts'
import { failing } from './failing.ts'
import { fanOut } from './fan-out.ts'
import { hanging } from './hanging.ts'
import { history } from './history.ts'
import { hostile } from './hostile.ts'
import { ingest } from './ingest.ts'
import { latency } from './latency.ts'
import { memory } from './memory.ts'
import { noisy } from './noisy.ts'
import { replay } from './replay.ts'
import { retryWave } from './retry-wave.ts'
import type { Scenario } from './scenario.ts'
import { waiting } from './waiting.ts'
import { workers } from './workers.ts'

export const SCENARIOS: readonly Scenario[] = [
  ingest,
  latency,
  fanOut,
  hanging,
  noisy,
  failing,
  retryWave,
  replay,
  hostile,
  endpoints,
  history,
  waiting,
  memory,
  workers,
  client,
  costs,
]
