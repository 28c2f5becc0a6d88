/** A secret of this user's own, for when the endpoint's may not be read: the same at every start. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { newSecret, parseSecret } from '../../signing/secret.ts'

/** Source: XDG Base Directory Specification. */
const fileOf = (env: NodeJS.ProcessEnv) =>
  join(env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'ringback', 'listen-secret')

/** Read where it is kept; made and kept, with mode 0600, where there is none. */
export async function ownSecret(env: NodeJS.ProcessEnv): Promise<string> {
  const file = fileOf(env)
  const kept = await readFile(file, 'utf8').catch(() => '')
  if (isSecret(kept.trim())) return kept.trim()
  const made = newSecret()
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  await writeFile(file, `${made}\n`, { mode: 0o600 })
  return made
}

function isSecret(text: string): boolean {
  try {
    return parseSecret(text).length > 0
  } catch {
    return false
  }
}
