/** Emitting, typed by a catalogue: the part of the client that the generated code leaves to us. */
import { type AnyEvents, checkedData, type EventName, type Validators } from './catalogue.ts'
import { Events as ReadEvents } from './generated/events.ts'
import type { AcceptedEvent, NewEvent, RefusedEvent } from './generated/schemas.ts'
import type { Http } from './http.ts'
import type { RequestOptions } from './operation.ts'
import type { StandardSchema } from './standard-schema.ts'

/** What may be said of an event besides its type and its data. */
export type EventOptions = Omit<NewEvent, 'type' | 'data'>

/** What may be said when one is emitted. */
export interface EmitOptions extends EventOptions, RequestOptions {}

/** An event of a batch: any of the catalogue, with data that fits its type. */
export type BatchEvent<Events = AnyEvents> = {
  [Type in EventName<Events>]: { tenant: string; type: Type; data: Events[Type] } & EventOptions
}[EventName<Events>]

/** Events of a tenant: emit, look. */
export class Events<Catalogue = AnyEvents> extends ReadEvents {
  readonly #validators: Readonly<Record<string, StandardSchema>> | undefined

  constructor(http: Http, validators?: Validators<Catalogue>) {
    super(http)
    this.#validators = validators
  }

  /**
   * Emits an event. It resolves once the event and its deliveries are stored for good. A try that was not answered is made
   * again under the same idempotency key: the event is accepted once.
   *
   * `POST /v1/tenants/{tenant}/events`
   * @param options an `id` of your own makes the event one across all calls; see `RequestOptions` for the rest
   * @throws RingbackError with the API's `code`; `schema_violation` and `unknown_event_type` also from the client's own
   * validators, before anything is sent
   * @example await client.events.emit('acme', 'invoice.paid', { amount: 1200 })
   */
  async emit<Type extends EventName<Catalogue>>(
    tenant: string,
    type: Type,
    data: Catalogue[Type],
    options: EmitOptions = {},
  ): Promise<AcceptedEvent> {
    const { id, occurredAt, metadata, ...request } = options
    const body: NewEvent = {
      type,
      data: await checkedData(this.#validators, type, data),
      id,
      occurredAt,
      metadata,
    }
    return this.emitEvent(tenant, body, request)
  }

  /**
   * Emits up to 1,000 events, of any tenants. Each is accepted or refused on its own.
   *
   * `POST /v1/events`
   * @returns what became of each, in the order of the events: look for `error`
   * @throws RingbackError when the batch as a whole is refused; or when the client's own validators refuse one of it,
   * before anything is sent
   */
  async emitBatch(
    events: readonly BatchEvent<Catalogue>[],
    options?: RequestOptions,
  ): Promise<(AcceptedEvent | RefusedEvent)[]> {
    const checked = await Promise.all(
      events.map(async (event) => ({
        ...event,
        data: await checkedData(this.#validators, event.type, event.data),
      })),
    )
    const { data } = await this.emitEventBatch({ events: checked }, options)
    return data
  }
}
