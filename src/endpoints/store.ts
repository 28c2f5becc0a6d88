/** All SQL of this room, a file for each idea. */
export * from './store/destinations.ts'
export * from './store/endpoints.ts'
export * from './store/health.ts'
export * from './store/interests.ts'
export * from './store/sealed.ts'
export * from './store/secrets.ts'
export * from './store/subscriptions.ts'
