/** Prints the effective schema of a database as SQL, the same text for the same schema: what `pg_dump` would, of what we use. */
import type pg from 'pg'

/**
 * Prints all that a schema holds, save the dated partitions, which differ from week to week.
 * @param schema its name
 */
export async function dumpSchema(pool: pg.Pool, schema: string): Promise<string> {
  const client = await pool.connect()
  try {
    // Names are printed with their schema unless it is on this path.
    await client.query('set search_path = pg_catalog')
    const tables = await client.query<{ text: string }>(TABLES, [schema])
    const others = await client.query<{ text: string }>(OTHERS, [schema])
    return `${[...tables.rows, ...others.rows].map((row) => row.text).join('\n\n')}\n`
  } finally {
    client.release(true)
  }
}

/**
 * Each table with its columns, its constraints and its indexes. `not null` is told with the column: Postgres 18 counts it
 * among the constraints, its elders do not.
 */
const TABLES = `
  with tables as (
    select oid, relname, relkind, relpersistence from pg_class
    where relnamespace = $1::regnamespace and relkind in ('r', 'p') and not relispartition
  ), lines as (
    select attrelid as oid, 1 as part, attnum::text as place,
      concat_ws(' ', quote_ident(attname), format_type(atttypid, atttypmod),
        case when attcollation <> typcollation then 'collate ' || quote_ident(collname) end,
        'default ' || pg_get_expr(adbin, adrelid),
        case when attnotnull then 'not null' end) as line
    from pg_attribute
    join tables on tables.oid = attrelid
    join pg_type on pg_type.oid = atttypid
    left join pg_collation on pg_collation.oid = attcollation
    left join pg_attrdef on adrelid = attrelid and adnum = attnum
    where attnum > 0 and not attisdropped
    union all
    select conrelid, 2, conname, 'constraint ' || quote_ident(conname) || ' ' || pg_get_constraintdef(pg_constraint.oid)
    from pg_constraint join tables on tables.oid = conrelid
    where contype <> 'n'
  ), bodies as (
    select oid, string_agg('  ' || line, E',\\n' order by part, lpad(place, 63) collate "C") as body from lines group by oid
  ), indexes as (
    select indrelid as oid, string_agg(pg_get_indexdef(indexrelid) || ';', E'\\n' order by indexrelid::regclass::text collate "C") as text
    from pg_index join tables on tables.oid = indrelid
    where not exists (select from pg_constraint where conindid = indexrelid and conrelid = indrelid)
    group by indrelid
  )
  select concat_ws(E'\\n',
    'create ' || case relpersistence when 'u' then 'unlogged ' else '' end || 'table ' || tables.oid::regclass || E' (\\n' || body || E'\\n)'
      || case relkind when 'p' then ' partition by ' || pg_get_partkeydef(tables.oid) else '' end || ';',
    indexes.text) as text
  from tables join bodies using (oid) left join indexes using (oid)
  order by relname`

/** Whatever else a migration may come to make. */
const OTHERS = `
  select text from (
    select 1 as part, relname::text as name, 'create sequence ' || oid::regclass || ';' as text
    from pg_class where relnamespace = $1::regnamespace and relkind = 'S'
    union all
    select 2, relname, 'create view ' || oid::regclass || E' as\\n' || pg_get_viewdef(oid)
    from pg_class where relnamespace = $1::regnamespace and relkind in ('v', 'm')
    union all
    select 3, typname, 'create type ' || pg_type.oid::regtype || ' as enum ('
      || string_agg(quote_literal(enumlabel), ', ' order by enumsortorder) || ');'
    from pg_type join pg_enum on enumtypid = pg_type.oid
    where typnamespace = $1::regnamespace group by pg_type.oid, typname
    union all
    select 4, proname, pg_get_functiondef(oid) || ';' from pg_proc where pronamespace = $1::regnamespace
    union all
    select 5, tgname, pg_get_triggerdef(pg_trigger.oid) || ';'
    from pg_trigger join pg_class on pg_class.oid = tgrelid
    where relnamespace = $1::regnamespace and not tgisinternal and tgparentid = 0
  ) as others
  order by part, name`
