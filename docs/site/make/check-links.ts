// Looks at the pages as they were built: every address of our own that they name is there, and so is every place in a page.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { listLinks } from './markdown.ts'

const decode = (text: string): string => text.replaceAll('&#38;', '&').replaceAll('&amp;', '&')

/** What leads nowhere, each as "page: address". `base` begins and ends with a slash. */
export function findBrokenLinks(folder: string, base: string): readonly string[] {
  const pages = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((one) =>
    one.endsWith('.html'),
  )
  const texts = new Map(pages.map((page) => [page, readFileSync(join(folder, page), 'utf8')]))
  const names = new Map(
    [...texts].map(([page, text]) => [
      page,
      new Set([...text.matchAll(/\s(?:id|name)="([^"]+)"/g)].map(([, name = '']) => decode(name))),
    ]),
  )
  const broken: string[] = []
  for (const [page, text] of texts) {
    const here = new URL(page.replace(/index\.html$/, ''), `http://site.test${base}`)
    for (const [, address = ''] of text.matchAll(/\s(?:href|src)="([^"]*)"/g)) {
      if (/^(?:data|mailto):/.test(address)) continue
      const url = new URL(decode(address), here)
      if (url.origin !== here.origin) continue
      const found = url.pathname.startsWith(base)
        ? findFile(folder, url.pathname.slice(base.length))
        : undefined
      const name = decodeURIComponent(url.hash.slice(1))
      const isNamed = name === '' || found === undefined || (names.get(found)?.has(name) ?? true)
      if (found === undefined || !isNamed) broken.push(`${page}: ${address}`)
    }
  }
  return [...new Set([...broken, ...findBrokenInMarkdown(folder)])]
}

function findBrokenInMarkdown(folder: string): readonly string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return files
    .filter((one) => /\.md$|^llms.*\.txt$/.test(one) && !one.startsWith('files'))
    .flatMap((file) =>
      listLinks(readFileSync(join(folder, file), 'utf8'))
        .filter((target) => !/^(?:[a-z][a-z+.-]*:|#)/.test(target))
        .filter((target) => !existsSync(join(folder, dirname(file), target.split('#')[0] ?? '')))
        .map((target) => `${file}: ${target}`),
    )
}

function findFile(folder: string, path: string): string | undefined {
  const file = decodeURIComponent(path === '' || path.endsWith('/') ? `${path}index.html` : path)
  const place = join(folder, file)
  return existsSync(place) && statSync(place).isFile() ? file : undefined
}
