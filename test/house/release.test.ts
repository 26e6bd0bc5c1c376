// The workflows of a release run what is in the repository, and nothing of others that may change under its name.
// Judges: the house.
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

const root = resolve(import.meta.dirname, '../..')
const read = (file: string): string => readFileSync(join(root, file), 'utf8')
const workflow = read('.github/workflows/release.yml')
const site = read('.github/workflows/site.yml')
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }

describe('the workflow of the site', () => {
  it('pins what it uses of others to a commit, and runs scripts that there are', () => {
    const used = [...site.matchAll(/uses: (\S+)/g)].map(([, one = '']) => one)
    expect(used.length).toBe(3)
    expect(used.filter((one) => !/^actions\/[\w-]+@[0-9a-f]{40}$/.test(one))).toEqual([])
    const run = [...site.matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name)
    expect(run.filter((name) => scripts[name] === undefined)).toEqual([])
  })

  it('publishes what `npm run docs` makes, for a tag alone, in a job that may do nothing else', () => {
    const { on, permissions, jobs } = parse(site)
    expect(on.push.tags).toEqual(['v*.*.*'])
    expect([permissions, jobs.build.permissions]).toEqual([{ contents: 'read' }, undefined])
    expect(jobs.publish).toMatchObject({
      ...{ if: "github.event_name == 'push'", needs: 'build' },
      permissions: { pages: 'write', 'id-token': 'write' },
    })
    const uploaded = jobs.build.steps.map((step: { with?: { path?: string } }) => step.with?.path)
    expect(uploaded).toContain('docs/site/dist')
    expect(read('scripts/docs.ts')).toContain("join(site, 'dist')")
  })
})

describe('A2: the workflow of a release', () => {
  it('pins what it uses of others to a commit', () => {
    const used = [...workflow.matchAll(/uses: (\S+)/g)].map(([, one = '']) => one)
    expect(used.length).toBeGreaterThan(0)
    expect(used.filter((one) => !/^actions\/[\w-]+@[0-9a-f]{40}$/.test(one))).toEqual([])
  })

  it('may do nothing that is not said for its one job, and publishes for a tag alone', () => {
    expect(workflow).toMatch(/^permissions:\n {2}contents: read\n/m)
    const steps = workflow.split(/\n {6}- /).slice(1)
    const publishing = steps.filter((step) => /npm publish|manifest push|gh release/.test(step))
    expect(publishing.length).toBe(3)
    for (const step of publishing) expect(step).toContain("if: github.event_name == 'push'")
  })

  it('and the script of a release run scripts that there are', () => {
    const run = [...workflow.matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name)
    const steps = [...read('scripts/release.ts').matchAll(/\bstep\('[^']+', \['([\w:]+)'\]/g)].map(
      ([, name = '']) => name,
    )
    expect(steps).toEqual(['build', 'test', 'pack:all', 'pack:try', 'image', 'image:try', 'chart:try'])
    expect([...run, ...steps].filter((name) => scripts[name] === undefined)).toEqual([])
  })

  it('publishes every package that is packed', () => {
    const named = /for name in ([\w -]+);/.exec(workflow)?.[1]?.split(' ')
    expect(named).toEqual([
      'rollcall-api',
      'rollcall-client',
      'rollcall-elements',
      'rollcall-scim',
      'rollcall-simulator',
      'rollcall',
    ])
  })
})
