// Words that somebody chose and others read have no character that is not seen or that turns a text about: a table of such characters
// against every text that a request of the contract takes. A text that is no such word says why.
// Judges: api, server/connections, server/pages.
import { type OperationId, operations, renderOpenApi, toHelpUrl } from '@rollcall/api'
import { english, SentenceWriter } from '@rollcall/api/sentences'
import { expect, it } from 'vitest'
import type { z } from 'zod'
import { toMarkup } from '../../packages/server/src/pages/html.ts'
import { facts } from '../../packages/server/src/pages/parts.ts'
import { forEachStore } from '../harness/service.ts'
import { createCompany, setConnection } from '../harness/sso.ts'

/** The name of a field in what a request sends -> why it may have any character, or what else judges it. */
const others: Readonly<Record<string, string>> = {
  acsPath: 'a pattern',
  address: 'base/address.ts',
  audience: 'compared to the letter with a token of somebody else',
  certificates: 'PEM, parsed',
  challenge: 'a pattern',
  clientId: 'of an issuer, sent to the letter',
  clientSecret: 'a secret of an issuer',
  color: 'a pattern',
  confirm: 'compared with the slug',
  connectionId: 'an id of ours, looked up',
  connectionIds: 'ids of ours, looked up',
  csv: 'rows of people, as a directory says them',
  data: 'base64',
  defaultApplication: 'an id of ours, looked up',
  digest: 'a pattern',
  domain: 'a host name, parsed',
  email: 'base/address.ts',
  entityId: 'connections/entity-name.ts (own-names.test.ts)',
  eventId: 'an id of ours, looked up',
  group: 'compared to the letter with what a directory sends',
  hash: 'a pattern',
  host: 'a pattern',
  metadataXml: 'a document, parsed',
  nameId: 'a value to try rules on, kept nowhere',
  nameIdFormat: 'compared to the letter with what an identity provider sends',
  organizations: 'a pattern',
  origin: 'an origin, parsed, and one that the operator has listed',
  origins: 'origins, parsed',
  person: 'an id of ours, or base/address.ts',
  postLogoutRedirectUris: 'addresses, parsed',
  prefix: 'a pattern',
  redirectUris: 'addresses, parsed',
  scopes: 'a pattern',
  search: 'words to find people by, kept nowhere',
  slug: 'a pattern',
  stableIdAttribute: 'the name of an attribute, compared to the letter',
  subject: 'compared to the letter with a token of somebody else',
  supportEmail: 'base/address.ts',
  token: 'a secret of ours, compared',
  userId: 'an id of ours, looked up',
  userIds: 'ids of ours, looked up',
  verifier: 'a pattern',
}
/** Fields of people's attributes: the names that an identity provider gives them, to the letter. */
const ofMaps = /^(?:rules\.|attributes\.)/

const hostile = [
  'a\u0000b',
  'a\nb',
  'a\u001b[2Jb',
  'a\u2028b',
  'a\u2029b',
  '\u202egnp',
  'a\u2066b',
  'a\u200fb',
  'a\u061cb',
  'a\u200bb',
  'a\u200db',
  'a\u00adb',
  '\u3164',
  '\u2800',
  'a\ufe0fb',
  'a\u{e0041}b',
  'a\ud800',
]

interface JsonSchema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly format?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly items?: JsonSchema
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly additionalProperties?: JsonSchema | boolean
  readonly [composed: string]: unknown
}

const document = renderOpenApi('https://rollcall.test', '1')
const shapes = document.components?.schemas as Readonly<Record<string, JsonSchema>>

/** Paths of the texts of a shape that are neither chosen from a list nor of a format that is parsed. */
function listTexts(shape: JsonSchema, path: readonly string[]): string[] {
  if (path.length > 6) return []
  const { $ref, type, items, properties = {}, additionalProperties: rest } = shape
  if ($ref !== undefined) return listTexts(shapes[$ref.split('/').at(-1) ?? ''] ?? {}, path)
  const composed = ['anyOf', 'oneOf', 'allOf'].flatMap(
    (name) => (shape[name] as JsonSchema[] | undefined) ?? [],
  )
  const isText = [type].flat().includes('string') && shape.enum === undefined
  const isParsed = ['date-time', 'uri'].includes(shape.format ?? '')
  return [
    ...(isText && !isParsed && shape.const === undefined ? [path.join('.')] : []),
    ...composed.flatMap((one) => listTexts(one, path)),
    ...(items === undefined ? [] : listTexts(items, path)),
    ...Object.entries(properties).flatMap(([name, one]) => listTexts(one, [...path, name])),
    ...(typeof rest === 'object' ? listTexts(rest, [...path, '*']) : []),
  ]
}

const fields = Object.values(document.paths ?? {}).flatMap((methods) =>
  Object.values(
    methods as Record<string, { operationId: OperationId; requestBody?: { content: object } }>,
  ).flatMap(({ operationId, requestBody }) =>
    Object.values(requestBody?.content ?? {}).flatMap(({ schema }: { schema: JsonSchema }) =>
      [...new Set(listTexts(schema, []))].map((path) => ({ operationId, path })),
    ),
  ),
)
const isOther = (path: string): boolean => ofMaps.test(path) || (path.split('.').at(-1) ?? '') in others
// An earlier path of an operation has the same shape.
const words = fields.filter(({ operationId, path }) => operationId in operations && !isOther(path))

const schemaOf = (id: OperationId): z.ZodType =>
  (
    operations[id] as unknown as {
      request: { body: { content: { 'application/json': { schema: z.ZodType } } } }
    }
  ).request.body.content['application/json'].schema
const nest = (path: string, value: string): unknown =>
  path.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), value)
const refusalsOf = ({ operationId, path }: (typeof words)[number], value: string): string[] =>
  (schemaOf(operationId).safeParse(nest(path, value)).error?.issues ?? [])
    .filter((issue) => issue.path.join('.') === path)
    .map(({ message }) => message)

it('m10: each text of a request is a word that people read, or says why it is none', () => {
  expect([...new Set(words.map(({ path }) => path))].sort()).toEqual([
    'description',
    'displayName',
    'familyName',
    'givenName',
    'mailFooter',
    'name',
    'note',
    'productName',
    'reason',
  ])
  const met = new Set(fields.map(({ path }) => path.split('.').at(-1)))
  expect(Object.keys(others).filter((name) => !met.has(name))).toEqual([])
})

it.each(words)(
  'm10: $operationId refuses $path with characters that are not seen, and takes words of any language',
  (field) => {
    // A domain's name is a host name, which is parsed.
    if (field.operationId === 'createDomain') return
    const mayHaveLines = field.path === 'mailFooter'
    for (const value of hostile)
      if (!(mayHaveLines && value.includes('\n')))
        expect(refusalsOf(field, value), JSON.stringify(value)).toEqual([expect.stringMatching(/not seen/)])
    for (const value of ['Acme', 'می\u200cخواهم', '東京 ❤\ufe0f', '👩\u200d💻'])
      expect(refusalsOf(field, value)).toEqual([])
  },
)

it('m9: what stands in a sentence does not turn it about, nor ends its line', () => {
  const writer = new SentenceWriter(english)
  const codes = Object.keys(english.texts)
  const parametersOf = (text: string) =>
    Object.fromEntries(
      [...text.matchAll(/\{(\w+)(\[\])?(?=[}[(:])/g)].map(([, name = '', list]) => {
        const value = hostile.join(' ')
        return [name, list === undefined ? value : [value]]
      }),
    )
  for (const code of codes) {
    const text = writer.toText([{ code, parameters: parametersOf(english.texts[code] ?? '') } as never])
    expect(text, code).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u3164\u2800]/u)
  }
  expect(codes.length).toBeGreaterThan(100)
})

it('m9: what an identity provider says of somebody is read on a page in characters that are seen', () => {
  for (const value of [...hostile, 'ada@acme.test\u200b'])
    expect(toMarkup(facts([[value, value]]))).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u3164\u2800]/u)
  const shown = toMarkup(facts([['NameID', 'ada@acme.test\u200b']]))
  expect(shown).toContain(String.raw`<bdi>ada@acme.test\u200b</bdi>`)
  expect(toMarkup(facts([['می\u200cخواهم', '👩\u200d💻']]))).toContain('<bdi>می\u200cخواهم</bdi>')
})

it('m9: what is sent with a mail is no part of an address of help', () => {
  const help = (supportEmail: string) => toHelpUrl({ supportUrl: null, supportEmail })
  expect(help('help?bcc=x&y@acme.test')).toBe('mailto:help%3Fbcc%3Dx%26y@acme.test')
  expect(help('a%0d%0abcc@acme.test')).toBe('mailto:a%250d%250abcc@acme.test')
  expect(help('help@acme.test')).toBe('mailto:help@acme.test')
})

forEachStore(
  (start) => {
    it('m10: such a name is a 400 that says why, and changes nothing; one from before is read as it is', async () => {
      const service = await start()
      const { organization, connection } = await createCompany(service)
      const params = { slug: organization.slug, id: connection.id }
      const refused = service.admin.call('updateConnection', { params, body: { name: '\u202eatkO' } })
      await expect(refused).rejects.toMatchObject({
        problem: { status: 400, code: 'invalid_request', detail: expect.stringMatching(/name.*not seen/) },
      })
      expect((await service.admin.call('getConnection', { params })).name).toBe(connection.name)
      await setConnection(service, organization.id, connection.id, { name: '\u202eatkO' })
      const nameNow = async () => (await service.admin.call('getConnection', { params })).name
      await service.admin.call('updateConnection', { params, body: { identityProvider: 'okta' } })
      expect(await nameNow()).toBe('\u202eatkO')
      await service.admin.call('updateConnection', { params, body: { name: 'Okta' } })
      expect(await nameNow()).toBe('Okta')
    })
  },
  ['embedded'],
)
