/** All SQL of deliveries, by what it is for. */

export * from './store/due.ts'
export {
  cancel,
  cancelEventless,
  cancelOrphans,
  cancelWaiting,
  failHeldTooLong,
  type GivenUp,
  restart,
} from './store/end.ts'
export * from './store/feed.ts'
export * from './store/follow.ts'
export * from './store/hold.ts'
export * from './store/insert.ts'
export * from './store/leave.ts'
export * from './store/list.ts'
export * from './store/recover.ts'
export * from './store/recovery-ends.ts'
export * from './store/settle.ts'
export { ALARM_HORIZON } from './store/times.ts'
export * from './store/unsent.ts'
