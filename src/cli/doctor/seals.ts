/** Whether the master keys open what lies sealed. */
import { drizzle } from 'drizzle-orm/node-postgres'
import type pg from 'pg'
import type { Db } from '../../db/open.ts'
import { RingbackError } from '../../errors.ts'
import { createKeyring, type Keyring } from '../../sealing/keyring.ts'
import { HEADERS, SECRETS, type Shelf } from '../../upkeep/sealed-shelves.ts'
import { type Finding, findingsOf } from './finding.ts'

/** Tried in one go, and how often: some thousands of rows tell of any key that was used for long. */
const PAGE = 500
const MOST_PAGES = 20

/** What the first key seals opens with it; tried is what is sealed otherwise. Nothing is changed. */
export async function checkSeals(client: pg.Client, masterKeys: readonly Buffer[]): Promise<Finding[]> {
  const db = drizzle(client) as unknown as Db
  const keyring = createKeyring(masterKeys)
  return [await checkShelf(db, keyring, SECRETS), await checkShelf(db, keyring, HEADERS)]
}

async function checkShelf<Row extends { id: string }>(
  db: Db,
  keyring: Keyring,
  shelf: Shelf<Row>,
): Promise<Finding> {
  const { ok, failure, warning } = findingsOf(`sealed ${shelf.holds}`)
  const otherwise = await shelf.count(db, keyring.head)
  if (otherwise === 0) return ok('All of them open.')
  const fault = await firstFault(db, keyring, shelf)
  if (fault)
    return failure(
      `${otherwise} are not sealed by the first master key, and one does not open: ${fault}`,
      'Add the key that sealed them to RINGBACK_MASTER_KEY, after a comma; what it sealed cannot be delivered without it.',
    )
  return warning(
    `${otherwise} are sealed by a former master key; all that were tried open.`,
    'Leave the former key in RINGBACK_MASTER_KEY until the log says that all is sealed anew.',
  )
}

async function firstFault<Row extends { id: string }>(db: Db, keyring: Keyring, shelf: Shelf<Row>) {
  let after: Row['id'] | null = null
  for (let page = 0; page < MOST_PAGES; page++) {
    // In a transaction of its own, for taking locks the rows.
    const from = after
    const rows: Row[] = await db.transaction((tx) => shelf.take(tx, keyring.head, from, PAGE))
    for (const row of rows)
      try {
        shelf.sealAnew(keyring, row)
      } catch (error) {
        if (error instanceof RingbackError) return error.message
        throw error
      }
    if (rows.length < PAGE) return undefined
    after = rows.at(-1)!.id
  }
  return undefined
}
