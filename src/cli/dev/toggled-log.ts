/** The server's log for people: hidden or shown at a key; what is wrong is always shown. */
import { createLog, type Log } from '../../telemetry/log.ts'
import { timeOfDay } from '../follow.ts'
import { plain, type Terminal } from '../frame/terminal.ts'

/** A log that can be switched. */
export interface ToggledLog {
  log: Log
  /** @returns whether it is shown now */
  toggle(): boolean
}

/** pino's number of `warn`. */
const WARN = 40

export function createToggledLog(terminal: Terminal, level: string, shown: boolean): ToggledLog {
  let isShown = shown
  const destination = {
    write(text: string) {
      const { level: severity, time: _, msg, ...fields } = JSON.parse(text) as Record<string, unknown>
      if (!isShown && (severity as number) < WARN) return
      const rest = Object.keys(fields).length > 0 ? ` ${JSON.stringify(fields)}` : ''
      const paint = (severity as number) < WARN ? terminal.paintTalk.dim : terminal.paintTalk.yellow
      terminal.say(paint(plain(`${timeOfDay()} ${msg}${rest}`)))
    },
  }
  return { log: createLog(level, destination), toggle: () => (isShown = !isShown) }
}
