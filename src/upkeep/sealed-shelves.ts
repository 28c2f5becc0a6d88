/** What the master keys seal for longer than a day, and how each is sealed anew. */
import type { Db } from '../db/open.ts'
import { openHeaders, sealHeaders } from '../endpoints/headers.ts'
import {
  countHeadersSealedOtherwise,
  countSealedOtherwise,
  type EndpointHeaders,
  replaceHeaders,
  replaceSealed,
  type SealedSecret,
  takeHeadersSealedOtherwise,
  takeSealedOtherwise,
} from '../endpoints/store.ts'
import type { Keyring } from '../sealing/keyring.ts'

/** Rows of one kind that hold something sealed. */
export interface Shelf<Row extends { id: string } = { id: string }> {
  /** What lies in its rows, for the audit log. */
  holds: string
  /** Takes and locks some rows that are not sealed as by `head`, in the order of their ids. */
  take(tx: Db, head: Buffer, after: Row['id'] | null, limit: number): Promise<Row[]>
  /** @throws RingbackError when no key opens it */
  sealAnew(keyring: Keyring, row: Row): Row
  replace(tx: Db, rows: readonly Row[]): Promise<void>
  /** How many are not sealed as by `head`. */
  count(db: Db, head: Buffer): Promise<number>
}

/** The signing secrets of endpoints. */
export const SECRETS: Shelf<SealedSecret> = {
  holds: 'secrets',
  take: takeSealedOtherwise,
  sealAnew: (keyring, { id, sealed }) => ({ id, sealed: keyring.seal(keyring.open(sealed, id), id) }),
  replace: replaceSealed,
  count: countSealedOtherwise,
}

/** The headers of endpoints. */
export const HEADERS: Shelf<EndpointHeaders> = {
  holds: 'headers',
  take: takeHeadersSealedOtherwise,
  sealAnew: (keyring, { id, headers }) => ({
    id,
    headers: sealHeaders(keyring, id, openHeaders(keyring, id, headers)),
  }),
  replace: replaceHeaders,
  count: countHeadersSealedOtherwise,
}
