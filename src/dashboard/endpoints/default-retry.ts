import type { ExponentialRetry } from '../api/shapes.ts'

/** As the installation has it (`docs/states.md`), and what a policy leaves out. */
export const DEFAULT_RETRY: Required<ExponentialRetry> = {
  kind: 'exponential',
  baseSeconds: 10,
  factor: 4,
  maxDelaySeconds: 86_400,
  maxAttempts: 10,
  jitter: 0.2,
}
