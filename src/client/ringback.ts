/** The client: all operations of the API, by their namespaces. */
import type { AnyEvents, Validators } from './catalogue.ts'
import { createEmitter, type Emitter, type EmitterOptions } from './emitter.ts'
import { Events } from './events.ts'
import { Namespaces } from './generated/namespaces.ts'
import { type ClientOptions, Http } from './http.ts'

/** What a client is made with. */
export interface RingbackOptions<Catalogue = AnyEvents> extends ClientOptions {
  /**
   * Validators of the events' data, by event type, of any library that follows Standard Schema (Zod, Valibot, ArkType, ...).
   * They type `emit`, and check what is emitted before it is sent.
   */
  events?: Validators<Catalogue> | undefined
}

/**
 * A client of Ringback.
 * @example
 * const client = new Ringback({ baseUrl: 'http://127.0.0.1:4600', apiKey: process.env.RINGBACK_API_KEY })
 * await client.events.emit('acme', 'invoice.paid', { amount: 1200 })
 * @example
 * // Typed: a wrong name or wrong data does not compile.
 * const client = new Ringback<{ 'invoice.paid': { amount: number } }>({ baseUrl, apiKey })
 */
export class Ringback<Catalogue extends object = AnyEvents> extends Namespaces {
  override readonly events: Events<Catalogue>
  readonly #http: Http
  readonly #validators: Validators<Catalogue> | undefined

  /** @throws TypeError when `baseUrl` is no URL */
  constructor(options: RingbackOptions<Catalogue>) {
    const http = new Http(options)
    super(http)
    this.#http = http
    this.#validators = options.events
    this.events = new Events<Catalogue>(http, options.events)
  }

  /**
   * An emitter that sends many events in few requests. Flush or close it before the process ends.
   * @example
   * const emitter = client.emitter()
   * await Promise.all(invoices.map((one) => emitter.emit('acme', 'invoice.paid', one)))
   */
  emitter(options?: EmitterOptions): Emitter<Catalogue> {
    return createEmitter<Catalogue>(this.#http, this.#validators, options)
  }
}
