/** One HTTP request on the wire, and the answer to it, read no further than is worth it. */
import type { IncomingMessage } from 'node:http'
import { isIP, type Socket } from 'node:net'
import type { Request } from 'got'
import { BoundedBody } from './bounded-body.ts'
import { type Answer, type Failure, failureOf, isReset, type Stage, type Timings } from './outcome.ts'
import { tunnelOf } from './tunnels.ts'
import { hostOf } from './url-policy.ts'

/** What one exchange gave. */
export interface Exchanged {
  response: Answer | null
  failure: Failure | null
  timings: Timings
  remoteAddress: string | null
  /** A pooled socket turned out closed before one byte of an answer came: to all appearance nothing was tried yet. */
  stale: boolean
}

/**
 * Follows a request of got's to its end.
 * @returns always; a request that fails is an exchange without a response
 */
export function follow(request: Request, startedAt: number): Promise<Exchanged> {
  return new Promise((resolve) => new Exchange(request, startedAt, resolve))
}

class Exchange {
  readonly #body = new BoundedBody()
  #response: IncomingMessage | null = null
  #informational = 0
  #socket: Socket | null = null
  #bytesBefore = 0
  #done = false

  constructor(
    private readonly request: Request,
    private readonly startedAt: number,
    private readonly resolve: (exchanged: Exchanged) => void,
  ) {
    request
      .on('socket', (socket: Socket) => this.#onSocket(socket))
      .on('information', () => this.#onInformation())
      .on('upgrade', () => this.#onUpgrade())
      .on('response', (response: IncomingMessage) => this.#onResponse(response))
      .on('data', (chunk: Uint8Array) => this.#onData(chunk))
      .on('end', () => this.#onEnd())
      .on('error', (error: Error) => this.#onError(error))
  }

  #onSocket(socket: Socket): void {
    this.#socket = socket
    this.#bytesBefore = socket.bytesRead
  }

  #onInformation(): void {
    if (++this.#informational > MAX_INFORMATIONAL) {
      this.#break({ error: 'bad_response', detail: 'ENDLESS_INFORMATIONAL' })
    }
  }

  /** A socket that was handed over is nobody's but ours: the request does not end it any more. */
  #onUpgrade(): void {
    this.#break(UNEXPECTED_UPGRADE)
    this.#socket?.destroy()
  }

  #onResponse(response: IncomingMessage): void {
    if (response.statusCode === 101) this.#break(UNEXPECTED_UPGRADE)
    else this.#response = response
  }

  #onData(chunk: Uint8Array): void {
    if (this.#body.add(chunk)) return
    this.#settle(null, true)
    this.request.destroy()
  }

  #onEnd(): void {
    this.#settle(null, this.#body.truncated)
    // A receiver that answered without reading our body would keep the socket, and us, for ever.
    if (!this.request.writableFinished) this.request.destroy()
  }

  #onError(error: Error): void {
    if (this.#response !== null) this.#settle(null, true)
    else this.#settle(failureOf(error, this.#stage()), false, this.#isStale(error))
  }

  #break(failure: Failure): void {
    this.#settle(failure, false)
    this.request.destroy()
  }

  #settle(failure: Failure | null, truncated: boolean, stale = false): void {
    if (this.#done) return
    this.#done = true
    this.resolve({
      response: this.#response && failure === null ? this.#answer(this.#response, truncated) : null,
      failure,
      timings: this.#timings(),
      remoteAddress: tunnelOf(this.#socket)?.remoteAddress ?? this.#socket?.remoteAddress ?? null,
      stale,
    })
  }

  #answer(response: IncomingMessage, truncated: boolean): Answer {
    return {
      status: response.statusCode ?? 0,
      headers: response.headers as Answer['headers'],
      body: this.#body.bytes(),
      truncated,
    }
  }

  /** RFC 9112 section 9.3.1: a connection may close at any time; before any byte of an answer, it may be tried anew. */
  #isStale(error: Error): boolean {
    return (
      this.request.reusedSocket === true && isReset(error) && this.#socket?.bytesRead === this.#bytesBefore
    )
  }

  #stage(): Stage {
    const at = this.request.timings
    if (at?.socket === undefined) return 'connect' // all are taken, and it waits for one
    if (tunnelOf(this.#socket)) return 'exchange' // it is handed over when it stands
    if (at.connect === undefined) return at.lookup === undefined && this.#isNamed ? 'lookup' : 'connect'
    return this.#url.protocol === 'https:' && at.secureConnect === undefined ? 'tls' : 'exchange'
  }

  #timings(): Timings {
    const at = this.request.timings
    return {
      ...(this.request.reusedSocket ? NOT_CONNECTED : (tunnelOf(this.#socket)?.timings ?? this.#steps())),
      firstByteMs: span(at?.upload, at?.response),
      totalMs: Math.round(performance.now() - this.startedAt),
    }
  }

  /** The steps of a connection of our own. */
  #steps() {
    const at = this.request.timings
    return {
      dnsMs: this.#isNamed ? span(at?.socket, at?.lookup) : null,
      connectMs: span(at?.lookup ?? at?.socket, at?.connect),
      tlsMs: span(at?.connect, at?.secureConnect),
    }
  }

  get #url(): URL {
    return this.request.options.url as URL
  }

  /** Whether the host is a name, to be looked up. */
  get #isNamed(): boolean {
    return isIP(hostOf(this.#url)) === 0
  }
}

/** We never ask for another protocol; got would wait for one that never speaks HTTP again. */
const UNEXPECTED_UPGRADE: Failure = { error: 'bad_response', detail: 'UNEXPECTED_UPGRADE' }

const NOT_CONNECTED = { dnsMs: null, connectMs: null, tlsMs: null }

const span = (from: number | undefined, to: number | undefined): number | null =>
  from === undefined || to === undefined ? null : Math.max(0, to - from)

/** Early Hints and Continue come once or twice; more is a receiver holding the line. */
const MAX_INFORMATIONAL = 10
