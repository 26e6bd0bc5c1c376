// The pages of the site, made from the Markdown of the repository and from the contract. Nothing of it is committed.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, posix, resolve } from 'node:path'
import { renderApi } from './api.ts'
import { groups, type Kind, places } from './map.ts'
import { mapLinks, readDescription, splitTitle } from './markdown.ts'

export const root = resolve(import.meta.dirname, '../../..')

export interface Page {
  /** The address without slashes at its ends; empty for the first page. */
  readonly slug: string
  readonly kind: Kind | undefined
  readonly group?: string
  readonly title: string
  /** In the sidebar, where that is not the title. */
  readonly label?: string
  readonly description: string
  /** Markdown without the title. Links are as in `source`. */
  readonly body: string
  /** From the root of the repository. Of pages that are made from code, where that code is. */
  readonly source: string
  /** In the sidebar of a group of its own. */
  readonly isFirst?: boolean
}

function readPage(
  slug: string,
  kind: Kind | undefined,
  source: string,
  more: Pick<Page, 'group' | 'label' | 'isFirst'> = {},
): Page {
  const { title, body } = splitTitle(readFileSync(join(root, source), 'utf8'))
  return {
    slug,
    kind,
    title,
    body,
    source,
    description: readDescription(body),
    ...more,
  }
}

const listMarkdown = (folder: string): string[] =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .toSorted()

function listGroup({ kind, folder, label, beginning = '' }: (typeof groups)[number]): Page[] {
  const name = posix.basename(folder)
  const files = listMarkdown(folder)
  const pages = files
    .filter((file) => file !== 'README.md')
    .map((file) =>
      readPage(`${kind}/${name}/${file.slice(0, -3)}`, kind, `${folder}/${file}`, { group: label }),
    )
    .map((page) =>
      page.title.startsWith(beginning) ? { ...page, label: page.title.slice(beginning.length) } : page,
    )
  if (files.includes('README.md'))
    return [
      readPage(`${kind}/${name}`, kind, `${folder}/README.md`, {
        group: label,
        label: 'Overview',
        isFirst: true,
      }),
      ...pages,
    ]
  const body = pages
    .map(({ title, source }) => `- [${title}](${posix.basename(source)})`)
    .join('\n')
    .concat('\n')
  const first: Page = {
    slug: `${kind}/${name}`,
    kind,
    group: label,
    label: 'Overview',
    title: label,
    description: 'Why things are as they are, each decision with its reasons.',
    body: `Why things are as they are, each decision with its reasons.\n\n${body}`,
    source: `${folder}/README.md`,
    isFirst: true,
  }
  return [first, ...pages]
}

/** All pages, in the order of the sidebar. */
export function listPages(): readonly Page[] {
  const named = new Set(places.map(({ source }) => source))
  const others = listMarkdown('docs')
    .map((file) => `docs/${file}`)
    .filter((source) => !named.has(source) && source !== 'docs/index.md')
  return [
    readPage('', undefined, 'docs/index.md'),
    ...places.map(({ kind, name, source, label }) =>
      readPage(`${kind}/${name}`, kind, source, label === undefined ? {} : { label }),
    ),
    ...others.map((source) => readPage(`reference/${posix.basename(source, '.md')}`, 'reference', source)),
    ...groups.flatMap(listGroup),
    ...renderApi(),
  ]
}

/** Where a page's text is shown: as a page, as Markdown beside it, or in the one file of everything. */
export type Form = 'page' | 'markdown' | 'all'

export interface Shown {
  readonly text: string
  /** Files of the repository that the text leads to, to be served below `files/`. */
  readonly files: readonly string[]
  readonly broken: readonly string[]
}

/** The text of a page with links that hold in the form that is asked for; `base` is where the site begins on its host. */
export function showPage(page: Page, pages: readonly Page[], form: Form, base = '/'): Shown {
  const files: string[] = []
  const broken: string[] = []
  const bySource = new Map(pages.map((one) => [one.source, one]))
  const text = mapLinks(page.body, ({ isPicture, text: words, target }) => {
    if (/^(?:[a-z][a-z+.-]*:|#)/.test(target)) return { text: words, target }
    const [path = '', fragment] = target.split('#')
    const source = posix.normalize(posix.join(posix.dirname(page.source), path)).replace(/\/$/, '')
    const found =
      bySource.get(source) ??
      bySource.get(`${source}/README.md`) ??
      (source === 'README.md' ? pages[0] : undefined)
    if (found !== undefined) {
      // A file's name says something to whoever reads the files; whoever reads the site knows titles.
      const shown = /^[\w./-]+\.md$/.test(words) ? found.title : words
      const behind = fragment === undefined || form === 'all' ? '' : `#${fragment}`
      return { text: shown, target: hrefTo(page.slug, found.slug, form) + behind }
    }
    const isFile = existsSync(join(root, source)) && statSync(join(root, source)).isFile()
    if (!isFile) {
      broken.push(target)
      return { text: words, target }
    }
    files.push(source)
    // A relative picture would be one of the build's own, made anew.
    const up = isPicture && form === 'page' ? base : upFrom(page.slug, form)
    return { text: words, target: `${up}files/${source}` }
  })
  return { text, files, broken }
}

/** From a page to the root of the site: `/a/b/` is two steps below it, `/a/b.md` one. */
function upFrom(slug: string, form: Form): string {
  if (form === 'all') return ''
  const depth = slug === '' ? 0 : slug.split('/').length - (form === 'markdown' ? 1 : 0)
  return depth === 0 ? './' : '../'.repeat(depth)
}

function hrefTo(from: string, to: string, form: Form): string {
  const up = upFrom(from, form)
  if (form === 'page') return to === '' ? up : `${up}${to}/`
  return `${up}${to === '' ? 'index' : to}.md`
}
