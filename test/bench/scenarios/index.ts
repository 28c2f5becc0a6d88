/** The scenarios, in the order in which `--scenario all` runs them. */
import { failing } from './failing.ts'
import { hanging } from './hanging.ts'
import { hostile } from './hostile.ts'
import { noisy } from './noisy.ts'
import { replay } from './replay.ts'
import { retryWave } from './retry-wave.ts'
import type { Scenario } from './scenario.ts'

export const SCENARIOS: readonly Scenario[] = [hanging, noisy, failing, retryWave, replay, hostile]
