/** OpenTelemetry is for who wants it: the package as it is published runs where it was never installed. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { installPacked, type Project } from '../package/packed.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'
import { testVariables } from '../setup/environment.ts'

let project: Project
let database: TestDatabase
beforeAll(async () => {
  ;[project, database] = await Promise.all([installPacked(), createTestDatabase()])
}, 120_000)
afterAll(async () => {
  await project?.remove()
  await database?.drop()
})

/** Opens a Ringback there, and says whether that went well, with what it logged as a warning. */
async function open(variables: Record<string, string>) {
  const environment = { ...testVariables(), DATABASE_URL: database.url, ...variables }
  const said = await project.node(`
    const { loadConfig } = await import('./node_modules/ringback/dist/src/config/load.js')
    const { openRingback } = await import('./node_modules/ringback/dist/src/app.js')
    for (const name of ['@opentelemetry/api', '@opentelemetry/sdk-node', 'bullmq-otel'])
      await import(name).then(() => process.exit(9), () => {})
    const warnings = []
    const log = { debug() {}, info() {}, warn: (_, text) => warnings.push(text), error() {} }
    try {
      const ringback = await openRingback(loadConfig(${JSON.stringify(environment)}), { log })
      const { status } = await fetch(ringback.url + '/readyz')
      await ringback.stop()
      console.log(JSON.stringify({ status, warnings }))
    } catch (error) {
      console.log(JSON.stringify({ name: error.name, message: error.message }))
    }
    process.exit(0)`)
  return JSON.parse(said)
}

test('it starts, and says nothing of it', async () => {
  expect(await open({})).toEqual({ status: 200, warnings: [] })
})

test('where the environment asks for traces, it starts and says what is missing', async () => {
  expect(await open({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' })).toEqual({
    status: 200,
    warnings: [expect.stringContaining('OpenTelemetry is not installed')],
  })
})

test('where the operator says that they must be, it refuses to start, and says what to install', async () => {
  expect(await open({ RINGBACK_TRACING: 'on' })).toEqual({
    name: 'StartRefused',
    message: expect.stringContaining('npm install @opentelemetry/api @opentelemetry/sdk-node bullmq-otel'),
  })
})
