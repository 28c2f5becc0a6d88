import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import { emit, fromDrizzle } from 'ringback/outbox'

// The database that Ringback itself uses.
const db = drizzle(process.env.DATABASE_URL!)
await db.execute(sql`create table if not exists invoices (id integer primary key, paid boolean not null)`)

await db.transaction(async (tx) => {
  await tx.execute(sql`insert into invoices values (17, true)`)
  await emit(fromDrizzle(tx), { tenant: 'acme', type: 'invoice.paid', data: { invoice: 17 } })
})
console.log('paid, and told')

await db.$client.end()
