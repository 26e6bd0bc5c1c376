// Finds words on a screen that are in no catalogue: the console is shown in its pseudo-language, where each letter of a catalogue has an
// accent. What is left without one came from the service, is a value in code type, or was written into a screen.
import { identityProviders } from '@rollcall/api'
import type { Page, Response } from 'playwright-core'

/** Names that stand in every language as they are: of products, protocols and formats, and examples of what is typed. */
const asTheyAre: ReadonlySet<string> = new Set([
  ...Object.values(identityProviders).flatMap(({ name }) => name.split(' ')),
  ...'Rollcall SAML OpenID Connect SCIM PEM NameID Node.js _rollcall'.split(' '),
  ...'openid-client Auth.js Passport Spring Boot Authlib'.split(' '),
  // A language is called as its speakers call it.
  ...'English Deutsch'.split(' '),
  ...'acme.com https://app.example.com #2348b8 help@example.com'.split(' '),
  ...['help', 'privacy', 'terms'].map((page) => `https://example.com/${page}`),
])

/** What people read of a page, or hear: texts, names and titles; nothing that is code. */
const readTexts = `(() => {
  const texts = [document.title]
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const isCode = (element) => element.closest('script, style, noscript, code, pre, textarea, [lang=en]') !== null
  while (walker.nextNode()) if (!isCode(walker.currentNode.parentElement)) texts.push(walker.currentNode.data)
  for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'aria-description', 'aria-valuetext'])
    for (const element of document.querySelectorAll('[' + name + ']'))
      if (!isCode(element)) texts.push(element.getAttribute(name))
  return texts
})()`

/** Follows what the service answers to a page, and tells what the page says beyond it. */
export interface Listener {
  /** The texts with a letter that neither a catalogue nor the service gave, and that is in none of these names. */
  listUnsaid(names: readonly string[]): Promise<readonly string[]>
}

/** From now on; `page` is then shown in the pseudo-language. */
export async function listenTo(page: Page): Promise<Listener> {
  const reading: Promise<void>[] = []
  const given = new Set<string>()
  page.on('response', (response) => reading.push(readStrings(response, given)))
  await page.addInitScript("localStorage.setItem('rollcall.language', 'en-XA')")
  return {
    async listUnsaid(names) {
      await Promise.all(reading)
      const texts = (await page.evaluate(readTexts)) as string[]
      const origin = new URL(page.url()).origin
      // The longest first: an address has its domain in it.
      const known = [...given, origin].toSorted((a, b) => b.length - a.length)
      const isSaid = (text: string): boolean =>
        takeOut(text, known)
          .split(/[\s,()…]+|:(?=\s|$)/)
          .every(
            (word) => !/[a-z]/i.test(word) || asTheyAre.has(word.replace(/\.$/, '')) || names.includes(word),
          )
      return [...new Set(texts.filter((text) => !isSaid(text)))].map((text) => text.trim())
    },
  }
}

function takeOut(text: string, known: readonly string[]): string {
  let left = text
  for (const one of known) {
    if (!/[a-z]/i.test(left)) return ''
    // Behind a quotation mark a sentence has a value as JSON writes it.
    left = left.replaceAll(JSON.stringify(one).slice(1, -1), ' ').replaceAll(one, ' ')
  }
  return left
}

async function readStrings(response: Response, into: Set<string>): Promise<void> {
  if (response.headers()['content-type']?.includes('json') !== true) return
  const text = await response.text().catch(() => '')
  JSON.parse(text === '' ? 'null' : text, (_, value: unknown) => {
    if (typeof value === 'string' && /[a-z]/i.test(value) && !isCode(value)) into.add(value)
    return value
  })
}

/** A value of a closed list, which a screen says in words; the beginning of a key is none. */
const isCode = (value: string): boolean => /^(?!rc_)[a-z]+(?:_[a-z]+)*$/.test(value)
