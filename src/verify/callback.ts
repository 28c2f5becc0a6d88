/** A callback that was verified. */

/** Any event type with any data: a receiver that was told of no catalogue. */
export interface AnyEvents {
  [type: string]: unknown
}

/** A callback of one event type. */
export interface CallbackOf<Type extends string, Data> {
  /** The event's id, the header `webhook-id`: the same each time it is sent. */
  id: string
  type: Type
  /** When it happened. */
  timestamp: Date
  data: Data
  /** When this attempt was signed. */
  sentAt: Date
  /** The body as it was signed, byte by byte. */
  body: string
}

/**
 * A callback of any event type of a catalogue: `type` tells which, and what its data is.
 * @example if (callback.type === 'invoice.paid') book(callback.data.amount)
 */
export type Callback<Catalogue = AnyEvents> = {
  [Type in keyof Catalogue & string]: CallbackOf<Type, Catalogue[Type]>
}[keyof Catalogue & string]
