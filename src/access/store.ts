/** All SQL of this room, by what it is for. */
export * from './store/answers.ts'
export * from './store/api-keys.ts'
export * from './store/portal-sessions.ts'
