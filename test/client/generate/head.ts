/** What every generated file begins with. */
export const HEAD =
  '/** Made from the OpenAPI document by `npm run client:generate`; change the routes, not this file. */\n'
