import { describe, expect, it } from 'vitest'
import { expectStatus, expectThat } from './expectation.ts'
import { renderConformanceHtml } from './render-html.ts'
import { must, resting, section, should } from './requirement.ts'
import { runConformance } from './run.ts'
import { baseUrl, endless, serveWith } from './testing/wrong-servers.ts'

const key = 'the-secret-key'
const hostile = `<script>alert("1")</script>&'`

async function renderHostile(): Promise<string> {
  const send = serveWith(({ method }) => ({
    status: method === 'POST' ? 418 : 200,
    // A server that tells whoever asks what it was told.
    body: { Resources: [], hostile, key, password: 'hunter2', authorization: `Bearer ${key}` },
  }))
  const requirements = section('RFC 7644 §3.12', [
    must('fail', 'errors', `Fails with ${hostile}.`, async (server) => {
      await server.get(`/Users?x=${hostile}`)
      expectStatus(await server.post('/Users', { password: 'hunter3', hostile }), 201)
    }),
    resting(
      must('waiting', 'errors', 'Waits.', async () => {}),
      'RFC7644-3.12-fail',
    ),
    should('warn', 'errors', 'Warns.', async () => expectThat(false, hostile, hostile)),
    must('fine', 'errors', 'Is kept.', async () => {}),
  ])
  const report = await runConformance({
    baseUrl: baseUrl.replace('https://', 'https://name:word@'),
    key,
    send: (url, init) => send(url.replace('name:word@', ''), init),
    startTimer: endless,
    prefix: 'test',
    requirements,
  })
  return renderConformanceHtml(report, { date: hostile })
}

describe('the report as a page', () => {
  it('escapes whatever came from a server, a caller or the catalogue', async () => {
    const page = await renderHostile()
    expect(page).not.toContain('<script')
    expect(page).not.toContain(hostile)
    expect(page).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;')
  })

  it('has neither the key nor a password nor what stood in the URL', async () => {
    const page = await renderHostile()
    for (const secret of [key, 'hunter2', 'hunter3', 'name:word']) expect(page).not.toContain(secret)
    expect(page).toContain('[hidden]')
  })

  it('loads nothing', async () => {
    const page = await renderHostile()
    expect(page).not.toMatch(/\ssrc=|<link|<img|<iframe|<form|url\(|@import/i)
    expect(page).toContain(`default-src 'none'; style-src 'unsafe-inline'`)
    const targets = [...page.matchAll(/href="([^"]*)"/g)].map((match) => String(match[1]))
    for (const target of targets)
      expect(target).toMatch(/^(#RFC|https:\/\/www\.rfc-editor\.org\/rfc\/rfc\d+#section-)/)
  })

  it('has each finding with its clause, what was asked and answered, what to do and what waits for it', async () => {
    const page = await renderHostile()
    const finding = page.slice(page.indexOf('<article class="fail"'), page.indexOf('<article class="warn"'))
    expect(finding).toContain(
      '<a href="https://www.rfc-editor.org/rfc/rfc7644#section-3.12">RFC 7644 §3.12</a>',
    )
    expect(finding).toContain('<dt>Expected</dt><dd>status 201</dd>')
    expect(finding).toContain('<dt>Came</dt><dd>418</dd>')
    expect(finding).toContain(
      '<dt>What to do</dt><dd>This is about the status and the body of errors. Right would be: status 201.',
    )
    expect(finding).toContain('<pre>POST /Users')
    expect(finding).toContain('1 more rest on this and were not tried')
    expect(page).toContain('<li class="fail"><b>1</b> MUST broken</li>')
    expect(page).toContain('<li class="pass"><b>1</b> kept</li>')
  })

  it('is for both colour schemes, narrow screens and paper', async () => {
    const page = await renderHostile()
    for (const what of [
      'prefers-color-scheme:dark',
      '@media (max-width',
      '@media print',
      'width=device-width',
    ])
      expect(page).toContain(what)
  })
})
