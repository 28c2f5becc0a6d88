import type { Api } from '../needs.ts'

/** The description of the API, for programs and for people. */
export function documentRoutes(_api: Api): void {}
