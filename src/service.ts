/** What every long-lived part offers; both calls are safe to repeat. The roof closes in reverse order of opening. */
export interface Service {
  /** Begin working; resolves when it is ready. */
  start(): Promise<void>
  /** Take no more work, finish what is in hand, let go of resources. */
  stop(): Promise<void>
}
