/** Why a connection was not made, raised inside the socket's own look-up and connect so that nothing can pass them by. */

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

  constructor(hostname: string, cause?: unknown) {
    super(`No address for ${hostname}.`, { cause })
  }
}
