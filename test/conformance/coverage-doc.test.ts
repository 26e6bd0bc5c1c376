// docs/scim-coverage.md is made from the catalogue. `UPDATE_DOCS=1 npm test` writes it anew.
// Judges: scim/conformance.
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { catalogue, type Requirement } from '@rollcall/scim/conformance'
import { expect, it } from 'vitest'

const path = resolve(import.meta.dirname, '../../docs/scim-coverage.md')

const toCell = (text: string): string => text.replaceAll('|', '\\|')

function renderHow({ unjudged, tolerated }: Requirement): string {
  if (unjudged !== undefined) return `not asked: ${unjudged}`
  return tolerated === undefined ? 'asked' : `asked; profile \`auto\` only warns (${tolerated})`
}

function renderRow(one: Requirement): string {
  const name = one.id.replace(/^RFC\d+-/, '')
  return `| \`${name}\` | ${one.level} | ${toCell(one.sentence)} | ${one.features.join(', ')} | ${toCell(renderHow(one))} |`
}

function renderClause(clause: string): readonly string[] {
  const rows = catalogue.filter((one) => one.clause === clause).map(renderRow)
  return [
    `## ${clause}`,
    '',
    '| id | level | the server | feature | how |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ]
}

function renderCoverage(): string {
  const asked = catalogue.filter(({ check }) => check !== undefined).length
  const clauses = [...new Set(catalogue.map(({ clause }) => clause))]
  return [
    '# What SCIM requires of a server, and how it is checked',
    '',
    `${catalogue.length} requirements of RFC 7643, RFC 7644 and RFC 9865; ${asked} are asked of a server from outside, with nothing but its`,
    `base URL and a key: \`rollcall scim-check URL --key KEY\`. The other ${catalogue.length - asked} cannot be judged from there, and say why.`,
    '',
    'MUST stands for SHALL and REQUIRED too, and for a plain statement of what a server does ("names are case insensitive"); SHOULD',
    'for RECOMMENDED. Sentences are ours, the clause decides. An id is written with its RFC in front, such as `RFC7644-3.5.2-atomic`.',
    'A server that does not offer a feature is not asked for it; the report says so.',
    '',
    'This document is made from `packages/scim/src/conformance`; `UPDATE_DOCS=1 npm test` writes it anew.',
    '',
    ...clauses.flatMap(renderClause),
  ].join('\n')
}

it('docs/scim-coverage.md lists every requirement of the catalogue as it is', () => {
  const made = renderCoverage()
  if (process.env.UPDATE_DOCS === '1') writeFileSync(path, made)
  expect(readFileSync(path, 'utf8')).toBe(made)
})
