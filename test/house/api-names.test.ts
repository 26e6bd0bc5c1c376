// The grammar of the management API's names (decision 054): every row of the contract keeps it, what had another name answers under both,
// and nothing of ours uses one that is deprecated.
// Judges: api.
import { globSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { formerNames, formerRoutes, operations, renderOpenApi } from '@rollcall/api'
import { describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const read = (file: string): string => readFileSync(join(root, file), 'utf8')

interface Answer {
  readonly content?: Readonly<Record<string, { readonly schema: unknown }>>
}
const rows = Object.entries(operations).map(([id, row]) => ({
  id,
  method: row.method,
  path: row.path as string,
  access: row['x-access'],
  last: row.path.split('/').at(-1) ?? '',
  verb: /^[a-z]+/.exec(id)?.[0] ?? '',
  answer: Object.entries(row.responses).find(([status]) => /^20[01]$/.test(status))?.[1] as
    | Answer
    | undefined,
}))
type Named = (typeof rows)[number]

const isPage = ({ answer }: Named): boolean => {
  const schema = answer?.content?.['application/json']?.schema as { shape?: object } | undefined
  return Object.hasOwn(schema?.shape ?? {}, 'items')
}
const isStream = ({ answer }: Named): boolean =>
  Object.keys(answer?.content ?? {}).join() === 'text/event-stream'
const isFile = ({ answer }: Named): boolean =>
  ['text/csv', 'application/jsonl'].includes(Object.keys(answer?.content ?? {}).join())
/** `staged` is what `stage` makes. */
const isAct = ({ last, verb }: Named): boolean => last.startsWith(verb)

const rules: Readonly<Record<Named['method'], (row: Named) => boolean>> = {
  get: (row) => {
    if (isStream(row)) return row.verb === 'stream' && row.last === 'stream'
    if (isFile(row)) return row.verb === 'export'
    if (['preview', 'verify'].includes(row.verb)) return row.last === row.verb
    return row.verb === (isPage(row) ? 'list' : 'get')
  },
  post: (row) => row.access === 'open' || (row.verb === 'create' ? /s$/.test(row.last) : isAct(row)),
  put: ({ verb }) => verb === 'put',
  patch: ({ verb }) => verb === 'update',
  delete: ({ verb }) => ['delete', 'revoke', 'end', 'discard'].includes(verb),
}

describe('H16: the names of the management API', () => {
  it('keep the grammar of decision 054', () => {
    expect(
      rows.filter((row) => !rules[row.method](row)).map(({ id, method, path }) => `${id}: ${method} ${path}`),
    ).toEqual([])
  })

  it('begin booleans with is, has, may, must or a verb, and end lists with a cursor', () => {
    const { schemas } = renderOpenApi('https://id.example.com', '0.0.0').components ?? {}
    const orders = /^(?:dryRun|replace|send)$|^(?:require|sign|want|allow|force|ignore)[A-Z]/
    const asks = /^(?:is|has|may|must)[A-Z]|^follows[A-Z]/
    const wrong = Object.entries(schemas ?? {}).flatMap(([name, shape]) =>
      Object.entries('properties' in shape ? (shape.properties ?? {}) : {})
        .filter(([, field]) => 'type' in field && field.type === 'boolean' && field.deprecated !== true)
        .filter(([field]) => !orders.test(field) && !asks.test(field))
        .map(([field]) => `${name}.${field}`),
    )
    // Of events, which keep their words.
    expect(wrong).toEqual(['UserState.active'])
    const lists = rows.filter(isPage).filter(({ answer }) => {
      const schema = answer?.content?.['application/json']?.schema as { shape?: object } | undefined
      return !Object.hasOwn(schema?.shape ?? {}, 'nextCursor')
    })
    expect(lists.map(({ id }) => id)).toEqual([])
  })

  it('say each thing once: no former name or route is a present one', () => {
    const present = rows.map(({ method, path }) => `${method} ${path}`)
    const former = formerRoutes.map(({ method, path }) => `${method} ${path}`)
    expect(former.filter((route) => present.includes(route))).toEqual([])
    expect(new Set(former).size).toBe(former.length)
    expect(Object.keys(formerNames).filter((name) => Object.hasOwn(operations, name))).toEqual([])
  })

  it('stand in the changelog beside what they were', () => {
    const lines = read('CHANGELOG.md').split('\n')
    const routes = formerRoutes.map(({ id, method, path }) => {
      const { method: now, path: here } = operations[id]
      return `| \`${method.toUpperCase()} ${path}\` | \`${now.toUpperCase()} ${here}\` |`
    })
    const names = Object.entries(formerNames).map(([former, now]) => `| \`${former}\` | \`${now}\` |`)
    expect([...routes, ...names].filter((line) => !lines.includes(line))).toEqual([])
  })
})

describe('H16: nothing of ours uses a deprecated name', () => {
  /** Decisions and the changelog say what was; the contract and these tests say what is deprecated. */
  const ours = globSync(
    [
      '{docs,examples,deploy,scripts,bench}/**/*.{md,mdx,ts,js,mjs,py,go,sh,json,yaml,yml}',
      'packages/*/{src,examples,bin}/**/*.{ts,tsx,js}',
      'packages/*/README.md',
      'test/**/*.{ts,tsx,js,py}',
      'README.md',
    ],
    {
      cwd: root,
      exclude: (path) =>
        /(?:^|\/)(?:node_modules|dist)$|^docs\/(?:decisions|site\/(?:src|public))$/.test(path),
    },
  ).filter(
    (file) =>
      !/^packages\/api\/src\/|^test\/house\/|former-names|rollcall\.test\.ts$/.test(file) &&
      statSync(join(root, file)).isFile(),
  )
  const texts = ours.map((file) => ({ file, text: read(file) }))

  it('by name', () => {
    const name = new RegExp(`['"\`](${Object.keys(formerNames).join('|')})['"\`]`, 'g')
    expect(texts.length).toBeGreaterThan(900)
    expect(
      texts.flatMap(({ file, text }) => [...text.matchAll(name)].map(([, one]) => `${file}: ${one}`)),
    ).toEqual([])
  })

  it('by path', () => {
    /** What tells a former path from every present one: its end, behind what may be filled in. */
    const ends = formerRoutes
      .filter(({ id, path }) => operations[id].path !== path)
      .map(
        ({ path }) =>
          path
            .split(/\{\w+\}/)
            .at(-1)
            ?.replaceAll('/', String.raw`\/`) ?? '',
      )
      .filter((end) => end !== '\\/confirm')
    const path = new RegExp(
      `[}\\w…](${[...ends, String.raw`\/provisioning\/oauth-clients`, '[?&]follow=1'].join('|')})\\b`,
      'g',
    )
    expect(
      texts.flatMap(({ file, text }) => [...text.matchAll(path)].map(([, one]) => `${file}: ${one}`)),
    ).toEqual([])
    const put = /\bPUT\b[^\n]{0,80}\/provisioning(?![\w/-])/g
    expect(
      texts.flatMap(({ file, text }) => [...text.matchAll(put)].map(([one]) => `${file}: ${one}`)),
    ).toEqual([])
  })
})
