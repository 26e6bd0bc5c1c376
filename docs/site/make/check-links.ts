// Looks at the pages as they were built: every address of our own that they name is there, and so is every place in a page.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

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
  return [...new Set(broken)]
}

function findFile(folder: string, path: string): string | undefined {
  const file = decodeURIComponent(path === '' || path.endsWith('/') ? `${path}index.html` : path)
  const place = join(folder, file)
  return existsSync(place) && statSync(place).isFile() ? file : undefined
}
