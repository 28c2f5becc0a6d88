/** The examination: one part after the other, as far as the parts before let it come. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { findOrMakeKeys } from '../../config/generated-keys.ts'
import { type Config, loadConfig } from '../../config/load.ts'
import { SECOND } from '../../duration.ts'
import { StartRefused } from '../../errors.ts'
import { type ReachedDatabase, reachDatabase } from '../database.ts'
import { checkDisk } from './disk.ts'
import { type Finding, findingsOf } from './finding.ts'
import { checkNoPooler, checkPooled, checkReplica } from './other-addresses.ts'
import { checkPostgres } from './postgres.ts'
import { checkProxy } from './proxy.ts'
import { checkRedis } from './redis.ts'
import { checkSeals } from './seals.ts'
import { checkEgress, checkRuntime } from './settings.ts'
import { checkWayOut } from './way-out.ts'

/** Looks at an installation as its environment describes it; changes nothing. */
export async function examine(env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const { ok } = findingsOf('settings')
  const config = readSettings(env)
  if (!('roles' in config)) return [checkRuntime(), ...config]
  return [
    checkRuntime(),
    ok('The settings can be read, and go together.'),
    ...checkEgress(config),
    ...(config.egressProxy ? [await checkProxy(config.egressProxy)] : []),
    ...(await checkDatabase(config)),
    ...(config.redisUrl ? await checkRedis(config.redisUrl) : []),
  ]
}

function readSettings(env: NodeJS.ProcessEnv): Config | Finding[] {
  try {
    return loadConfig(env)
  } catch (error) {
    if (!(error instanceof StartRefused)) throw error
    const { failure } = findingsOf('settings')
    const [, ...faults] = error.message.split(/\n {2}- /)
    return faults.map((fault) =>
      failure(fault, 'Correct it and look again; the rest was not looked at. docs/configuration.md has all.'),
    )
  }
}

async function checkDatabase(config: Config): Promise<Finding[]> {
  const { skipped, failure } = findingsOf('postgres')
  let database: ReachedDatabase | undefined
  let client: pg.Client | undefined
  try {
    database = await reachDatabase(config)
    if (!database)
      return [skipped(`There is no database in ${config.dataDir} yet; the first start makes it.`)]
    client = await open(database.url)
    const found = await checkPostgres(client, config.redisUrl === undefined)
    found.push(...(await checkOtherAddresses(client, config)))
    if (found.every(({ check, status }) => check !== 'migrations' || status === 'ok'))
      found.push(...(await checkKeys(client, config)), ...(await checkWayOut(client, config)))
    if (!config.databaseUrl) found.push(await checkDisk(config.dataDir))
    return found
  } catch (error) {
    if (error instanceof StartRefused) return [failure(error.message, 'As it says.')]
    const { message, code } = error as Error & { code?: string }
    return [
      failure(
        `Postgres does not let us in, or breaks off: ${message || code}.`,
        'Check the host, the user, the password and the database in DATABASE_URL, and that the server runs.',
      ),
    ]
  } finally {
    await client?.end().catch(() => {})
    await database?.close()
  }
}

async function checkOtherAddresses(direct: pg.Client, config: Config): Promise<Finding[]> {
  const { databaseUrl, databaseDirectUrl, databaseReadUrl } = config
  return [
    ...(databaseUrl && databaseDirectUrl
      ? [await checkPooled(databaseUrl, direct, open)]
      : await checkNoPooler(direct)),
    ...(databaseReadUrl ? [await checkReplica(databaseReadUrl, open)] : []),
  ]
}

async function open(url: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'ringback doctor',
    connectionTimeoutMillis: 5 * SECOND,
    query_timeout: 30 * SECOND,
  })
  client.on('error', () => {})
  await client.connect()
  return client
}

/** With what a start would open secrets; one that would make new keys would open none. */
async function checkKeys(client: pg.Client, { masterKeys, dataDir }: Config): Promise<Finding[]> {
  if (masterKeys) return checkSeals(client, masterKeys)
  const file = join(dataDir, 'keys.json')
  if (!existsSync(file))
    return [
      findingsOf('master key').failure(
        `${file} is not there, and the next start would make new keys, which open no secret that there is.`,
        'Bring it back from a backup, or set RINGBACK_MASTER_KEY to the key that was in it.',
      ),
    ]
  const { masterKey } = await findOrMakeKeys(dataDir)
  return checkSeals(client, [Buffer.from(masterKey, 'base64')])
}
