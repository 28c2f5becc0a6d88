import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv } from 'ajv'
import { describe, expect, it, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { loadConfig } from '../../src/config/load.ts'
import { packageFolder, version } from '../../src/package.ts'
import { testVariables } from '../setup/environment.ts'
import { findTool } from '../setup/tool.ts'
import { environmentOf, execFormOf, lastOf, readStages } from './dockerfile.ts'
import { CHART, read, services, templates, UNIT, unitLines, unknownOf, variablesByFile } from './files.ts'
import { buildContext } from './layout.ts'

const hadolint = findTool('hadolint', ['--version'])
const helm = findTool('helm', ['version'])
const systemd = findTool('systemd-analyze', ['--version'], 'systemd')

const image = readStages().at(-1)!
const env = environmentOf(image)
/** What a process takes at most to end: until balancers have seen it, what is in flight, and ten seconds for closing. */
const { drainSeconds, shutdownSeconds } = loadConfig({ ...testVariables(), RINGBACK_DRAIN_SECONDS: '' })
const LONGEST_STOP = drainSeconds + shutdownSeconds + 10
const seconds = (text: string) => Number(/^(\d+)s$/.exec(text)?.[1])

test.each(Object.entries(variablesByFile))('%s sets no variable that Ringback does not know', (_, names) => {
  expect(names.length).toBeGreaterThan(0)
  expect(unknownOf(names)).toEqual([])
})

test('what is started is there once Ringback is built', () => {
  const [, entry] = execFormOf(lastOf(image, 'ENTRYPOINT')!)
  const [, ofUnit] = unitLines('ExecStart')[0]!.split(' ')
  for (const file of [entry!, ofUnit!.replace('/opt/ringback/', '')])
    expect(existsSync(new URL(file, packageFolder)), file).toBe(true)
})

test('npm start, the image and the unit give Node the young generation that was measured', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: { start: string } }
  const [flag] = /--max-semi-space-size=\d+/.exec(scripts.start)!
  expect(env.NODE_OPTIONS).toBe(flag)
  expect(unitLines('Environment')).toEqual([`NODE_ENV=production NODE_OPTIONS=${flag}`])
})

test('what goes into the build is there', async () => {
  for (const name of await buildContext()) expect(existsSync(new URL(name, packageFolder)), name).toBe(true)
})

describe('compose.yaml', () => {
  const { api, worker, postgres, redis } = services

  it('has an API and two workers, on a Postgres and a Redis that are healthy first', () => {
    expect(api!.environment!.RINGBACK_ROLES).toBe('api')
    expect(worker!.environment!.RINGBACK_ROLES).toBe('worker,upkeep')
    expect(worker!.deploy).toEqual({ replicas: 2 })
    for (const { depends_on, read_only } of [api!, worker!]) {
      expect(read_only).toBe(true)
      expect(depends_on).toEqual({
        postgres: { condition: 'service_healthy' },
        redis: { condition: 'service_healthy' },
      })
    }
    expect(postgres!.healthcheck && redis!.healthcheck).toBeTruthy()
  })

  it('gives a process the time that it needs to end, and is of this version', () => {
    for (const { stop_grace_period, image } of [api!, worker!]) {
      expect(seconds(stop_grace_period!)).toBeGreaterThan(LONGEST_STOP)
      expect(image).toBe(`ringback:${version}`)
    }
  })

  it('has settings that Ringback starts with, and a Redis that evicts nothing', () => {
    for (const { environment } of [api!, worker!]) {
      const settings = { ...env, ...testVariables(), ...environment }
      settings.DATABASE_URL = settings.DATABASE_URL!.replace(/\$\{.*?\}/, 'password')
      expect(() => loadConfig(settings)).not.toThrow()
    }
    expect(redis!.command!.join(' ')).toContain('--maxmemory-policy noeviction')
  })
})

describe('the systemd unit', () => {
  it('gives a process the time that it needs to end, and signals the process alone', () => {
    expect(seconds(unitLines('TimeoutStopSec')[0]!)).toBeGreaterThan(LONGEST_STOP)
    expect(unitLines('KillMode')).toEqual(['mixed'])
    expect(unitLines('KillSignal')).toEqual(['SIGTERM'])
  })

  it.skipIf(!systemd.isThere)('gives systemd-analyze little to say: an exposure below 2 of 10', () => {
    const { said } = systemd.run(
      'security',
      '--offline=true',
      '--no-pager',
      fileURLToPath(new URL(UNIT, packageFolder)),
    )
    const exposure = Number(/exposure level.*?: (\d+\.\d+)/.exec(said)?.[1])
    expect(exposure).toBeLessThan(2)
  })
})

describe('the Helm chart', () => {
  const values = parse(read(`${CHART}/values.yaml`)) as { shutdownSeconds: number }

  it('is of this version, and its values are as its schema says', () => {
    expect(parse(read(`${CHART}/Chart.yaml`))).toMatchObject({ version, appVersion: version })
    const validate = new Ajv().compile(JSON.parse(read(`${CHART}/values.schema.json`)) as object)
    expect(validate(values), JSON.stringify(validate.errors)).toBe(true)
    expect(validate({ ...values, replicas: 3 })).toBe(false)
    expect(values.shutdownSeconds).toBe(loadConfig(testVariables()).shutdownSeconds)
  })

  it('names the ports of the image', () => {
    const ports = [
      ...Object.values(templates)
        .join('\n')
        .matchAll(/containerPort: (\d+)/g),
    ].map(([, port]) => port)
    expect(ports).toEqual([env.PORT, env.RINGBACK_METRICS_PORT])
  })

  interface Manifest {
    kind: string
    metadata: { name: string; annotations?: Record<string, string> }
    spec: { template?: { spec: PodSpec } }
  }
  interface PodSpec {
    terminationGracePeriodSeconds?: number
    securityContext: object
    containers: {
      args?: string[]
      securityContext: object
      env: { name: string; value: string }[]
      livenessProbe?: object
      readinessProbe?: object
    }[]
  }
  const render = (...settings: string[]): Manifest[] => {
    const { status, said } = helm.run('template', 'rb', CHART, '--kube-version', '1.30.0', ...settings)
    expect(status, said).toBe(0)
    return parseAllDocuments(said).map((document) => document.toJSON() as Manifest)
  }
  const FULL = [
    '--set=ingress.enabled=true,api.autoscaling.enabled=true,worker.autoscaling.enabled=true',
    '--set-string=env.RINGBACK_EVENT_DAYS=30',
  ]

  it.skipIf(!helm.isThere)('gives helm lint nothing to say, and refuses values that are not meant', () => {
    expect(helm.run('lint', '--strict', CHART)).toMatchObject({ status: 0 })
    expect(
      helm.run('template', 'rb', CHART, '--kube-version', '1.30.0', '--set', 'api.replicas=many').status,
    ).not.toBe(0)
  })

  it.skipIf(!helm.isThere)('makes a job that migrates first, and processes that Ringback starts as', () => {
    const manifests = render(...FULL)
    expect(manifests.map(({ kind }) => kind).sort()).toEqual(
      [
        ...[
          'Deployment',
          'Deployment',
          'HorizontalPodAutoscaler',
          'HorizontalPodAutoscaler',
          'Ingress',
          'Job',
        ],
        ...['PodDisruptionBudget', 'PodDisruptionBudget', 'Service', 'ServiceAccount'],
      ].sort(),
    )
    for (const { kind, spec, metadata } of manifests) {
      const pod = spec?.template?.spec
      if (!pod) continue
      expect(pod.securityContext).toMatchObject({ runAsNonRoot: true })
      const [container] = pod.containers
      expect(container!.securityContext).toMatchObject({
        readOnlyRootFilesystem: true,
        allowPrivilegeEscalation: false,
      })
      const set = Object.fromEntries(container!.env.map(({ name, value }) => [name, value]))
      expect(unknownOf(Object.keys(set))).toEqual([])
      expect(() => loadConfig({ ...env, ...testVariables(), ...set })).not.toThrow()
      if (kind === 'Job') {
        expect(metadata.annotations).toMatchObject({ 'helm.sh/hook': 'pre-install,pre-upgrade' })
        expect(container!.args).toEqual(['migrate'])
        continue
      }
      expect(container!.livenessProbe && container!.readinessProbe).toBeTruthy()
      expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(LONGEST_STOP)
    }
  })

  it.skipIf(!helm.isThere)('leaves out what is switched off', () => {
    const kinds = render('--set', 'migrations.asJob=false,api.disruptionBudget.enabled=false').map(
      ({ kind }) => kind,
    )
    expect(kinds).not.toContain('Job')
    expect(kinds.filter((kind) => kind === 'PodDisruptionBudget')).toHaveLength(1)
  })
})

describe('the Dockerfile', () => {
  it.skipIf(!hadolint.isThere)('gives hadolint nothing to say', () => {
    expect(hadolint.run('Dockerfile')).toEqual({ status: 0, said: '' })
  })
})
