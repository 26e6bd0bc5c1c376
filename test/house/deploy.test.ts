// What deploy/ holds names settings, files and versions that there are.
// Judges: the house.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { secretSettings } from '../../packages/server/src/config.ts'

const root = resolve(import.meta.dirname, '../..')
const read = (file: string): string => readFileSync(join(root, file), 'utf8')
const files = readdirSync(join(root, 'deploy'), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
const { version } = JSON.parse(read('packages/cli/package.json')) as { version: string }

describe('A2: what deploy/ holds', () => {
  it('names settings that there are, and secrets by their files', () => {
    const settings = read('docs/operations.md')
    // What the chart refuses among free settings is named there to be refused.
    const naming = files.filter((file) => !file.endsWith('values.schema.json'))
    const named = naming.flatMap((file) =>
      [...read(file).matchAll(/\b(ROLLCALL_[A-Z_]+|DATABASE_URL[A-Z_]*)\b/g)].map(([name]) => name),
    )
    expect(new Set(named).size).toBeGreaterThan(6)
    // Of the compose files, not of the service.
    const known = (name: string): boolean => name === 'ROLLCALL_IMAGE' || settings.includes(`\`${name}\``)
    expect([...new Set(named)].filter((name) => !known(name))).toEqual([])
    expect(named.filter((name) => secretSettings.some((secret) => secret === name))).toEqual([])
  })

  it('names this version', () => {
    const versions = [
      ...files,
      'docs/deploy.md',
      'docs/packages.md',
      'docs/production.md',
      'packages/cli/README.md',
    ].flatMap((file) =>
      [...read(file).matchAll(/rollcall(?:-\w+)?[:-](\d+\.\d+\.\d+)/g)].map(([, found]) => found),
    )
    expect(versions.length).toBeGreaterThan(4)
    expect(new Set(versions)).toEqual(new Set([version]))
  })

  it('names files that are there', () => {
    const mounted = [...read('deploy/compose.yaml').matchAll(/- \.\/([^:]+):/g)].map(([, path]) => path)
    expect(mounted).toEqual(['proxy/Caddyfile'])
    for (const path of mounted) expect(existsSync(join(root, 'deploy', path ?? '')), path).toBe(true)
    const [, started] =
      /^ExecStart=.* \/opt\/rollcall\/dist\/(\w+)\.js /m.exec(read('deploy/systemd/rollcall.service')) ?? []
    expect(existsSync(join(root, `packages/cli/src/${started}.ts`))).toBe(true)
  })
})

describe('A2: the chart', () => {
  const readChart = (file: string): string => read(`deploy/helm/rollcall/${file}`)
  const deployment = readChart('templates/deployment.yaml')
  const helpers = readChart('templates/_helpers.tpl')
  const values = parse(readChart('values.yaml'))
  const schema = JSON.parse(readChart('values.schema.json'))
  const image = read('deploy/image/Containerfile')
  const settingsOfChart = [...deployment.matchAll(/name: ([A-Z][A-Z_]+),/g)].map(([, name = '']) => name)

  it('is of this version, and its app too', () => {
    expect(parse(readChart('Chart.yaml'))).toMatchObject({ version, appVersion: version })
  })

  it('has the port, the folder and the user of the image', () => {
    expect(image).toContain('HOST=0.0.0.0 PORT=4000 ROLLCALL_DATA=/data ')
    expect(image).toContain('USER 65532:65532')
    expect(deployment).toContain('containerPort: 4000 }')
    expect(deployment).toContain('{ name: PORT, value: "4000" }')
    expect(deployment).toContain('{ name: ROLLCALL_DATA, value: /data }')
    expect(deployment).toContain('{ name: data, mountPath: /data }')
    expect(helpers).toContain('runAsUser: 65532')
    expect(readChart('templates/network-policy.yaml')).toContain('{ protocol: TCP, port: 4000 }')
  })

  it('asks paths that the service answers', () => {
    const probes = read('packages/server/src/probes.ts')
    const asked = [...deployment.matchAll(/httpGet: \{ path: (\S+), port: http \}/g)].map(([, path]) => path)
    expect(asked).toEqual(['/healthz', '/healthz', '/readyz'])
    const scraped = /path: (\S+)/.exec(readChart('templates/service-monitor.yaml'))?.[1]
    for (const path of [...asked, scraped]) expect(probes).toContain(`'${path}': `)
  })

  it('gives a stop as long as it takes, and the balancer two looks', () => {
    const [, spare] =
      /terminationGracePeriodSeconds: \{\{ add \.Values\.drainSeconds (\d+) \}\}/.exec(deployment) ?? []
    const [, stops] = /stopWithinMs = (\d+)_000/.exec(read('packages/cli/src/commands/serve.ts')) ?? []
    expect(Number(spare)).toBeGreaterThan(Number(stops))
    expect(values.drainSeconds).toBeGreaterThanOrEqual(2 * values.probes.periodSeconds)
  })

  it('hands over every secret as a file, by the name of its variable', () => {
    const listed = /define "rollcall.secretVariables" -\}\}\n([^{]+)/.exec(helpers)?.[1] ?? ''
    const variables: Record<string, string> = parse(listed)
    expect(Object.values(variables).toSorted()).toEqual(
      secretSettings.map((name) => `${name}_FILE`).toSorted(),
    )
    const keys = Object.keys(variables).toSorted()
    expect(schema.properties.secrets.properties.keys.items.enum.toSorted()).toEqual(keys)
    expect(Object.keys(schema.properties.secrets.properties.values.properties).toSorted()).toEqual(keys)
  })

  it('refuses among free settings what it sets itself, and secrets', () => {
    const secrets = secretSettings.flatMap((name) => [name, `${name}_FILE`])
    const refused: string[] = schema.properties.settings.propertyNames.not.enum
    expect(settingsOfChart.length).toBeGreaterThan(6)
    expect(new Set(refused)).toEqual(new Set([...settingsOfChart, ...secrets, 'HOST']))
  })

  it('says of every value what it may be', () => {
    const pathsOf = (shape: object, at = ''): string[] =>
      Object.entries(shape).flatMap(([name, inner]) => {
        const path = `${at}/${name}`
        const isOpen = inner === null || typeof inner !== 'object' || Array.isArray(inner)
        return isOpen || Object.keys(inner).length === 0 ? [path] : pathsOf(inner, path)
      })
    const find = (path: string): unknown =>
      path
        .split('/')
        .slice(1)
        // What is no object of its own, as the resources, may have any field.
        .reduce((at, name) => (at?.properties === undefined ? at : at.properties[name]), schema)
    expect(pathsOf(values).length).toBeGreaterThan(40)
    expect(pathsOf(values).filter((path) => find(path) === undefined)).toEqual([])
  })
})
