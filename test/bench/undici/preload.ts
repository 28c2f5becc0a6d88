/** Imported before all else, it has a process send its callbacks with undici. */
import { register } from 'node:module'

register('./hook.mjs', import.meta.url)
