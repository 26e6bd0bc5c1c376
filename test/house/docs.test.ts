// Documents that repeat what code says are made from the code. `UPDATE_DOCS=1 npm test` writes them anew.
// Judges: api, cli/configuration, scim.
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { eventCatalog, eventTypes, problemCodes, problems, renderOpenApi } from '@rollcall/api'
import { renderConfigurationSchema } from '@rollcall/api/configuration'
import { english } from '@rollcall/api/sentences'
import {
  type Demand,
  demands,
  type Profile,
  type ProfileName,
  profiles,
  type Tolerance,
  tolerances,
} from '@rollcall/scim'
import { secretSettings } from '@rollcall/server'
import { describe, expect, it } from 'vitest'
import { feedEventSchema, userStateSchema } from '../../packages/api/src/events.ts'
import { engine } from '../../packages/api/src/sentences/en/engine.ts'
import { scimAnswers } from '../../packages/api/src/sentences/en/scim-answers.ts'
import { scimRefusals } from '../../packages/api/src/sentences/en/scim-refusals.ts'
import { signInAdvice } from '../../packages/api/src/sentences/en/sign-in-advice.ts'
import { signInFaults } from '../../packages/api/src/sentences/en/sign-in-faults.ts'
import { signIns } from '../../packages/api/src/sentences/en/sign-ins.ts'
import { commands } from '../../packages/cli/src/commands.ts'
import { readConfiguration } from '../../packages/cli/src/configuration/file.ts'
import { readPart } from './part.ts'

const root = resolve(import.meta.dirname, '../..')

const habits: readonly (readonly [Exclude<keyof Profile, 'name' | 'tolerances' | 'demands'>, string])[] = [
  ['isPatchQuiet', 'PATCH of a user answers 204'],
  ['isGroupPatchQuiet', 'PATCH of a group answers 204, whatever its size'],
  ['isGroupNameUnique', 'displayName of a group is unique'],
  ['keepsOmittedMembers', 'PUT of a group without `members` keeps them'],
]

const names = Object.keys(profiles) as ProfileName[]

const marksOf = (isSo: (profile: Profile) => boolean): string =>
  names.map((name) => (isSo(profiles[name]) ? 'yes' : '·')).join(' | ')

function renderTolerances(): string {
  const rows = (Object.entries(tolerances) as [Tolerance, string][]).map(([name, sentence]) => {
    const marks = marksOf(({ tolerances: allowed }) => allowed.has(name))
    return `| \`${name}\` | ${sentence} | ${marks} |`
  })
  return [
    `| tolerance | the request | ${names.join(' | ')} |`,
    `|---|---|${names.map(() => '---').join('|')}|`,
    ...rows,
    ...habits.map(([habit, sentence]) => `| | ${sentence} | ${marksOf((profile) => profile[habit])} |`),
    ...(Object.entries(demands) as [Demand, string][]).map(
      ([name, sentence]) =>
        `| \`${name}\` | ${sentence} | ${marksOf((profile) => profile.demands.has(name))} |`,
    ),
    '',
  ].join('\n')
}

interface JsonSchema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly description?: string
  readonly items?: JsonSchema
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly anyOf?: readonly JsonSchema[]
}

function renderType(schema: JsonSchema): string {
  if (schema.$ref !== undefined) return schema.$ref.split('/').at(-1) ?? ''
  if (schema.enum !== undefined) return schema.enum.map((one) => JSON.stringify(one)).join(' \\| ')
  if (schema.anyOf !== undefined) return schema.anyOf.map(renderType).join(' \\| ')
  if (schema.items !== undefined) return `${renderType(schema.items)}[]`
  return [schema.type ?? 'any'].flat().join(' \\| ')
}

function renderEvents(): string {
  const { schemas = {} } = renderOpenApi('https://id.example.com', '0.0.0').components ?? {}
  const groups = Map.groupBy(eventTypes, (type) => eventCatalog[type].subject)
  return [...groups]
    .map(([subject, types]) => {
      const rows = types.map((type) => {
        const name = type.split(/[._]/).map((word) => `${word[0]?.toUpperCase()}${word.slice(1)}`)
        const event = schemas[`${name.join('')}Event`] as JsonSchema
        const fields = Object.entries(event.properties?.data?.properties ?? {}).map(
          ([field, schema]) => `\`${field}\`: ${renderType(schema)}`,
        )
        return `| \`${type}\` | ${eventCatalog[type].about} | ${fields.join('<br>')} |`
      })
      return `## ${subject.replaceAll('_', ' ')}\n\n| type | when | data |\n|---|---|---|\n${rows.join('\n')}\n`
    })
    .join('\n')
}

function renderProblems(): string {
  return [...Map.groupBy(problemCodes, (code) => problems[code].noun)]
    .map(([noun, codes]) => {
      const rows = codes.map((code) => {
        const { status, about, remedy } = problems[code]
        return `| \`${code}\` | ${status} | ${about} | ${remedy} |`
      })
      const title = noun === 'any' ? 'any operation' : noun.replaceAll('-', ' ')
      return `## ${title}\n\n| code | status | when | what to do |\n|---|---|---|---|\n${rows.join('\n')}\n`
    })
    .join('\n')
}

const sentenceTables = {
  'Requests that are refused': scimRefusals,
  'What the SCIM engine says': engine,
  'Requests that are done': scimAnswers,
  'Sign-ins and logouts': signIns,
  'Answers of identity providers that are not believed': signInFaults,
  'What to do about them': signInAdvice,
}

function renderExplanations(): string {
  return Object.entries(sentenceTables)
    .map(([title, texts]) => {
      const rows = Object.entries(texts).map(
        ([code, text]) => `| \`${code}\` | ${text.replaceAll('|', '\\|')} |`,
      )
      return `## ${title}\n\n| code | in English |\n|---|---|\n${rows.join('\n')}\n`
    })
    .join('\n')
}

const examples = ['onboard-customer', 'list-users', 'follow-events', 'print-events', 'receive-webhook']

describe('the documents', () => {
  it('docs/events.md lists every event with its data', () => {
    expect(readPart('docs/events.md', 'events', renderEvents())).toBe(renderEvents())
  })

  it('docs/events.md shows an event that is one', () => {
    const page = readFileSync(resolve(root, 'docs/events.md'), 'utf8')
    const event = JSON.parse(/```json\n(.*?)```/s.exec(page)?.[1] ?? '')
    expect(eventCatalog['user.deactivated'].data.parse(event.data)).toEqual(event.data)
    expect(feedEventSchema.safeParse(event)).toMatchObject({ success: true })
    const [sentence = ''] = /`data\.state`, where there is one[^.]*\./s.exec(page) ?? []
    const named = [...sentence.matchAll(/`(\w+)`/g)].map(([, name]) => name)
    expect(named.filter((name) => name !== 'null')).toEqual(Object.keys(userStateSchema.shape))
  })

  it('H8: docs/problems.md lists every code with its status, its sentence and what to do', () => {
    expect(readPart('docs/problems.md', 'problems', renderProblems())).toBe(renderProblems())
  })

  it('docs/explanations.md lists every sentence of the catalogue by its code', () => {
    const listed = Object.values(sentenceTables).flatMap((texts) => Object.keys(texts))
    const told = Object.keys(english.texts).filter((code) => !code.startsWith('place_'))
    expect(listed.sort()).toEqual(told.sort())
    expect(readPart('docs/explanations.md', 'explanations', renderExplanations())).toBe(renderExplanations())
  })

  it('docs/configuration.schema.json is the form of a file of configuration, and docs/configuration.md has one', () => {
    const path = resolve(root, 'docs/configuration.schema.json')
    const made = `${JSON.stringify(renderConfigurationSchema(), null, 2)}\n`
    if (process.env.UPDATE_DOCS === '1') writeFileSync(path, made)
    expect(readFileSync(path, 'utf8')).toBe(made)
    const page = readFileSync(resolve(root, 'docs/configuration.md'), 'utf8')
    const [, example = ''] = /```yaml\n(.*?)```/s.exec(page) ?? []
    expect(readConfiguration(example, 'docs/configuration.md').configuration.organizations).toHaveLength(1)
  })

  it.each(examples)('docs/sdk.md repeats the example %s, which the tests run', (name) => {
    const source = readFileSync(resolve(root, `packages/client/examples/${name}.ts`), 'utf8')
    const made = `\`\`\`ts\n${source}\`\`\`\n`
    expect(readPart('docs/sdk.md', name, made)).toBe(made)
  })

  it('docs/scim.md lists every tolerance and who has it', () => {
    expect(readPart('docs/scim.md', 'tolerances', renderTolerances())).toBe(renderTolerances())
  })

  it('docs/operations.md names every command that there is', () => {
    const text = readFileSync(resolve(root, 'docs/operations.md'), 'utf8')
    const [, part = ''] = /\n## Commands\n(.*?)\n## /s.exec(text) ?? []
    const rows = part.split('\n').filter((line) => line.startsWith('| `'))
    const named = rows.flatMap((row) =>
      [...(row.split('|')[1] ?? '').matchAll(/`([a-z-]+)/g)].map(([, name]) => name),
    )
    expect([...new Set(named)].toSorted()).toEqual(commands.map(({ name }) => name).toSorted())
  })

  it('docs/operations.md names every setting that there is, and no other', () => {
    const source = readFileSync(resolve(root, 'packages/server/src/config.ts'), 'utf8')
    const known = new Set(source.match(/\bROLLCALL_[A-Z_]+\b/g))
    known.delete('ROLLCALL_')
    for (const name of secretSettings) if (known.has(name)) known.add(`${name}_FILE`)
    const text = readFileSync(resolve(root, 'docs/operations.md'), 'utf8')
    const named = new Set(text.match(/`ROLLCALL_[A-Z_]+/g)?.map((name) => name.slice(1)))
    named.delete('ROLLCALL_')
    expect([...named].sort()).toEqual([...known].sort())
  })
})
