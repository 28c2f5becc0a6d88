/** Why a connection was not made, raised inside the socket's own look-up and connect so that nothing can pass them by. */
import { NODATA } from 'node:dns'

/** The address is outside the policy. The message does not name it: it may end in a tenant's log. */
export class AddressNotAllowed extends Error {
  override readonly name = 'AddressNotAllowed'

  constructor() {
    super('The address is not allowed.')
  }
}

/** DNS gave no address; `cause` is what the resolver raised, if it raised anything. */
export class NameNotResolved extends Error {
  override readonly name = 'NameNotResolved'
  /** As DNS told it, such as `ENOTFOUND`. */
  readonly code: string

  constructor(hostname: string, cause?: NodeJS.ErrnoException) {
    super(`No address for ${hostname}.`, { cause })
    this.code = cause?.code ?? NODATA
  }
}

/** A step of connecting through the operator's own proxy failed; those of a connection of our own, Node tells itself. */
export class TunnelFailed extends Error {
  override readonly name = 'TunnelFailed'

  constructor(
    readonly stage: 'lookup' | 'connect' | 'tls',
    /** Of the system, of TLS, or what the proxy did. */
    readonly code: string,
    cause?: unknown,
  ) {
    super(`No tunnel: ${code}.`, { cause })
  }

  /** The failure of a step by what it raised. */
  static at(stage: TunnelFailed['stage'], error: Error & { code?: unknown }): TunnelFailed {
    if (error instanceof TunnelFailed) return error
    return new TunnelFailed(stage, typeof error.code === 'string' ? error.code : error.name, error)
  }
}
