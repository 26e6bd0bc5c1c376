// What a mail says as a page: the words of its text, links to ourselves alone, and nothing that is loaded.
// Judges: server/pages.

import { unbranded } from '@rollcall/api'
import { describe, expect, it } from 'vitest'
import { renderMail } from './mail.ts'

const own = 'https://accounts.acme.test'
const render = (text: string, more: object = {}, footer: string | null = null) =>
  renderMail({ subject: 'Hello <b>', text, footer }, { ...unbranded, ...more }, own)
const linksOf = (page: string) => [...page.matchAll(/<a [^>]*href="([^"]*)"/g)].map(([, to]) => to)

describe('a mail as a page', () => {
  it('has each paragraph and line of its text', () => {
    const page = render('One.\n\nTwo:\nthree\n', {}, 'Acme Ltd\n1 Road')
    expect(page).toContain('>One.</p>')
    expect(page).toContain('>Two:<br>three</p>')
    expect(page).toContain('><bdi>Acme Ltd</bdi><br><bdi>1 Road</bdi></p>')
  })

  it('shows where a link leads, and keeps its secret in the link', () => {
    const page = render(`Begin:\n${own}/portal#token=abc`)
    expect(linksOf(page)).toEqual([`${own}/portal#token=abc`])
    expect(page).toContain('>accounts.acme.test/portal</a>')
  })

  it('isolates by an element what its text isolates by characters', () => {
    const page = render('Of \u2068“شركة”\u2069, on \u20682026-12-01\u2069.')
    expect(page).toContain('Of <bdi>“شركة”</bdi>, on <bdi>2026-12-01</bdi>.')
  })

  it.each([
    'https://accounts.acme.test.evil.test/x',
    'https://elsewhere.test/',
    `see ${own}/portal`,
    `${own}/"onclick=x`,
    `${own}/ <a href="https://elsewhere.test">`,
    'javascript:alert(1)',
    '<script>alert(1)</script><img src="https://elsewhere.test">',
  ])('makes no link and no element of %j', (line) => {
    const page = render(line)
    expect(linksOf(page)).toEqual([])
    expect(page).not.toMatch(/<script|<img|<a /)
  })

  it('loads nothing, and says the name and the help of the product', () => {
    const page = render('x', { productName: 'Acme <Docs>', supportUrl: 'https://help.acme.test/' })
    expect(page).not.toMatch(/src=|url\(|@import|<link/)
    expect(page).toContain('Acme &#60;Docs&#62;')
    expect(linksOf(page)).toEqual(['https://help.acme.test/'])
  })
})
