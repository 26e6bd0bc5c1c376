// The site is made from the documents. It is not built here: its pages are, and what they say of the contract is held against it.
// Judges: the house.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { operations } from '@rollcall/api'
import { describe, expect, it } from 'vitest'
import { calls, makeBody, renderCurl } from '../../docs/site/make/api.ts'
import { findBrokenLinks } from '../../docs/site/make/check-links.ts'
import { kinds, places } from '../../docs/site/make/map.ts'
import { type Form, listPages, showPage } from '../../docs/site/make/pages.ts'
import { listSidebar } from '../../docs/site/make/sidebar.ts'

const pages = listPages()

interface Parser {
  safeParse(value: unknown): { readonly success: boolean; readonly error?: unknown }
}

describe('the site', () => {
  it('has each document once, each of the four kinds, and each page in its sidebar', () => {
    const slugs = pages.map(({ slug }) => slug)
    expect(slugs).toEqual([...new Set(slugs)])
    expect(new Set(places.map(({ kind }) => kind))).toEqual(new Set(Object.keys(kinds)))
    const shown = JSON.stringify(listSidebar())
    for (const { slug } of pages.slice(1)) expect(shown).toContain(`"slug":"${slug}"`)
  })

  it.each<Form>(['page', 'markdown', 'all'])(
    'leads nowhere but to what is there, in the form "%s"',
    (form) => {
      const broken = pages.flatMap((page) =>
        showPage(page, pages, form).broken.map((target) => `${page.source}: ${target}`),
      )
      expect(broken).toEqual([])
    },
  )

  it('says of each page what it is about', () => {
    expect(pages.filter(({ description }) => description.length < 20).map(({ source }) => source)).toEqual([])
  })

  it('A7: shows curl for every operation, with a body that the operation takes', () => {
    expect(calls.map(({ operation }) => operation.operationId).toSorted()).toEqual(
      Object.keys(operations).toSorted(),
    )
    const refused = calls.flatMap((call) => {
      const { operationId } = call.operation
      expect(renderCurl(call)).toContain('curl ')
      const body = makeBody(call.operation)
      if (body === undefined) return []
      const { request } = operations[operationId as keyof typeof operations] as unknown as {
        readonly request: { readonly body: { readonly content: Record<string, { readonly schema: Parser }> } }
      }
      const result = request.body.content['application/json']?.schema.safeParse(body)
      return result?.success ? [] : [`${operationId}: ${JSON.stringify(body)} ${result?.error}`]
    })
    expect(refused).toEqual([])
  })

  it('is looked at as it was built: pages, places in them and files', () => {
    const folder = mkdtempSync(join(tmpdir(), 'rollcall-site-'))
    try {
      mkdirSync(join(folder, 'a'))
      writeFileSync(
        join(folder, 'index.html'),
        '<a href="a/">a</a> <a href="./a/#there">b</a> <img src="https://x.test/y">',
      )
      writeFileSync(
        join(folder, 'a/index.html'),
        '<h2 id="there">x</h2> <a href="/docs/">up</a> <a href="#there">c</a>',
      )
      expect(findBrokenLinks(folder, '/docs/')).toEqual([])
      writeFileSync(
        join(folder, 'index.html'),
        '<a href="b/">gone</a> <a href="a/#gone">name</a> <script src="/x.js"></script>',
      )
      expect(findBrokenLinks(folder, '/docs/')).toEqual([
        'index.html: b/',
        'index.html: a/#gone',
        'index.html: /x.js',
      ])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
