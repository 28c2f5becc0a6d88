/** Single keys that do something, where a person sits. */
import type { Terminal } from './terminal.ts'

/** By key: what is said of it, and what it does. */
export type Hotkeys = Readonly<Record<string, { says: string; press: () => unknown }>>

/**
 * Listens to keys, if there is a keyboard. Ctrl-C stays what it is.
 * @returns ends it
 */
export function listenToKeys(terminal: Terminal, keys: Hotkeys): () => void {
  const { stdin } = process
  if (!terminal.isInteractive) return () => {}
  const line = Object.entries(keys).map(([key, { says }]) => `[${key}] ${says}`)
  terminal.say(terminal.paintTalk.dim(line.join('  ')))
  const press = async (key: string) => {
    // In raw mode the terminal makes no signals of them.
    if (key === '\u0003' || key === '\u0004') return process.kill(process.pid, 'SIGINT')
    try {
      await keys[key]?.press()
    } catch (error) {
      terminal.say((error as Error).message)
    }
  }
  const onData = async (data: Buffer) => {
    const text = data.toString('utf8')
    // An arrow or a function key is a whole sequence, and none of ours.
    if (!text.startsWith('\u001B')) for (const key of text) await press(key)
  }
  stdin.setRawMode(true)
  stdin.on('data', onData)
  return () => {
    stdin.off('data', onData)
    stdin.setRawMode(false)
    stdin.pause()
  }
}
