// Against a mail server on loopback that keeps what it is told, byte for byte.
// Judges: server/outbound, server/deliveries, server/notices.
import { describe, expect, it } from 'vitest'
import { placeOfService } from '../../packages/server/src/deliveries/allowance.ts'
import { queueInstallationMail } from '../../packages/server/src/deliveries/mail.ts'
import { warnOfExpiry } from '../../packages/server/src/notices/expiry.ts'
import { createMailer, MailError } from '../../packages/server/src/outbound/mail.ts'
import { createLetterboxes } from '../harness/letterbox.ts'
import { type Directory, forOneStore } from '../harness/service.ts'

const startMailServer = createLetterboxes()
const refuse =
  (start: string, reply: string) =>
  (command: string): string =>
    command.startsWith(start) ? reply : '250 ok'
const from = 'Rollcall <no-reply@rollcall.test>'

describe('createMailer', () => {
  it('sends plain text to one person', async () => {
    const box = await startMailServer()
    await createMailer({ smtpUrl: box.url, from }).send({
      to: 'ada@acme.test',
      subject: 'Your link',
      text: 'https://x.test/\n',
    })
    expect(box.commands).toContain('MAIL FROM:<no-reply@rollcall.test>')
    expect(box.commands.filter((line) => line.startsWith('RCPT'))).toEqual(['RCPT TO:<ada@acme.test>'])
    expect(box.messages[0]).toMatch(
      /^From: Rollcall <no-reply@rollcall\.test>\r\nTo: ada@acme\.test\r\nSubject: Your link\r\n/,
    )
    expect(box.messages[0]).toContain('Content-Type: text/plain')
    expect(box.messages[0]).toContain('\r\n\r\nhttps://x.test/')
  })

  it('sends a page beside the text, the text first', async () => {
    const box = await startMailServer()
    const message = { to: 'ada@acme.test', subject: 'x', text: 'Plain', html: '<p>Page</p>' }
    await createMailer({ smtpUrl: box.url, from }).send(message)
    expect(box.messages[0]).toContain('Content-Type: multipart/alternative')
    expect(box.messages[0]).toMatch(/text\/plain[\s\S]*Plain[\s\S]*text\/html[\s\S]*<p>Page<\/p>/)
  })

  it('keeps a subject on one line, so that it adds no header', async () => {
    const box = await startMailServer()
    const subject = 'Hello\r\nBcc: eve@evil.test\r\n\r\nbody\u2028X-A: 1'
    await createMailer({ smtpUrl: box.url, from }).send({ to: 'ada@acme.test', subject, text: 'hi' })
    const [headers = ''] = box.messages[0]!.split('\r\n\r\n')
    expect(headers).toMatch(/\r\nSubject: Hello Bcc: eve@evil\.test body X-A: 1\r\n/)
    expect(headers).not.toMatch(/\r\n(Bcc|X-A):/)
    expect(box.commands.filter((line) => line.startsWith('RCPT'))).toEqual(['RCPT TO:<ada@acme.test>'])
  })

  it.each([
    'ada@acme.test\r\nBcc: eve@evil.test',
    'ada@acme.test, eve@evil.test',
    'ada@acme.test;eve@evil.test',
    'Ada <ada@acme.test>',
    'ada@acme.test>\r\nRCPT TO:<eve@evil.test',
    '"eve@evil.test x"@acme.test',
    'team: ada@acme.test;',
    'ada@acme.test (eve@evil.test)',
    'ada@acme.test\u0000',
    'ada',
    '',
  ])('refuses the recipient %j without a word to the mail server', async (to) => {
    const box = await startMailServer()
    const mailer = createMailer({ smtpUrl: box.url, from })
    await expect(mailer.send({ to, subject: 'x', text: 'x' })).rejects.toMatchObject({
      code: 'recipient_invalid',
    })
    expect(box.commands).toEqual([])
  })

  it('throws MailError without the server’s words when the recipient is turned away', async () => {
    const box = await startMailServer(refuse('RCPT', '550 no such user at 10.0.0.5'))
    const sent = createMailer({ smtpUrl: box.url, from }).send({
      to: 'ada@acme.test',
      subject: 'x',
      text: 'x',
    })
    const error = await sent.catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(MailError)
    expect(error).toMatchObject({
      code: 'recipient_refused',
      message: 'The mail server does not take this recipient.',
    })
  })

  it.each(['https://mail.test', 'file:///etc/passwd', 'mail.test:25', ''])(
    'throws on the setting %j',
    (smtpUrl) => {
      expect(() => createMailer({ smtpUrl, from })).toThrow('ROLLCALL_SMTP_URL')
    },
  )
})

forOneStore(import.meta.filename, (start) => {
  it('is tried again while the server cannot take it, not where it refuses the person for good, and holds up nobody else', async () => {
    let turns = 0
    const box = await startMailServer((command) => {
      if (command === 'RCPT TO:<gone@acme.test>') return '550 no such user'
      if (command !== 'RCPT TO:<busy@acme.test>') return '250 ok'
      turns += 1
      return turns === 1 ? '451 later' : '250 ok'
    })
    const service = await start({ hasDeliveries: true, smtpUrl: box.url })
    await service.database.inInstallation('deliveries', async (tx) => {
      for (const to of ['gone@acme.test', 'busy@acme.test', 'ada@acme.test'])
        queueInstallationMail(tx, placeOfService(), { to, subject: 'Hello', text: 'Hello' }, service.now())
    })
    const countOf = (to: string): number =>
      box.commands.filter((command) => command === `RCPT TO:<${to}@acme.test>`).length
    await expect.poll(() => [countOf('gone'), countOf('busy'), box.messages.length]).toEqual([1, 1, 1])
    service.advance(1_000)
    await expect.poll(() => box.messages.length, { timeout: 10_000 }).toBe(2)
    expect(box.messages.map((message) => /^To: (.*)\r$/m.exec(message)?.[1])).toEqual([
      'ada@acme.test',
      'busy@acme.test',
    ])
    expect(countOf('gone')).toBe(1)
  })

  it('tells each reader in the language of their record, in text and page alike, and others in English', async () => {
    const box = await startMailServer()
    const service = await start({ hasDeliveries: true, smtpUrl: box.url })
    const acme = await service.createOrganization()
    const { slug } = acme.organization
    for (const [name, spoken] of [
      ['ada', { preferredLanguage: 'ar-EG,ar;q=0.9' }],
      ['bob', { locale: 'de_AT' }],
      ['eve', { preferredLanguage: 'fr' }],
    ] as const) {
      const { id } = await createPerson(acme, { userName: `${name}@acme.test`, ...spoken })
      await service.admin.call('updateUser', { params: { slug, id }, body: { role: 'admin' } })
    }
    const expiresAt = new Date(service.now() + 86_400_000 * 6.5).toISOString()
    await service.admin.call('createKey', { params: { slug }, body: { name: 'Sync', expiresAt } })
    const rules = { url: service.url, operatorMail: 'operator@example.com' }
    await warnOfExpiry(service.database, rules, service.now(), () => false)
    await expect.poll(() => box.messages.length, { timeout: 10_000 }).toBe(4)
    const read = (to: string) =>
      readMail(box.messages.find((message) => message.includes(`\r\nTo: ${to}\r\n`)) ?? '')
    const link = `${service.url}/organizations/${slug}/settings/security/user-provisioning`
    for (const [to, code, direction, subject, text] of [
      ['ada@acme.test', 'ar', 'rtl', 'ينتهي مفتاح API خلال 7 أيام', 'مفتاح API \u2068“Sync”\u2069'],
      [
        'bob@acme.test',
        'de',
        'ltr',
        'Ein API-Schlüssel läuft in 7 Tagen ab',
        'Der API-Schlüssel “Sync” Ihres',
      ],
      ['eve@acme.test', 'en', 'ltr', 'An API key ends in 7 days', 'The API key “Sync” of your'],
      ['operator@example.com', 'en', 'ltr', 'An API key ends in 7 days', 'The API key “Sync” of your'],
    ] as const) {
      const mail = read(to)
      expect(mail.subject).toBe(subject)
      expect(mail.text).toContain(text)
      expect(mail.text.trimEnd().split('\n').at(-1)).toBe(link)
      expect(mail.page).toContain(`<html lang="${code}" dir="${direction}">`)
      expect(mail.page).toContain(text.replace('\u2068', '<bdi>').replace('\u2069', '</bdi>'))
      expect(mail.page).toContain(`href="${link}"`)
    }
  })
})

async function createPerson(directory: Directory, user: object): Promise<{ id: string }> {
  const headers = { authorization: `Bearer ${directory.key}`, 'content-type': 'application/scim+json' }
  const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
  const emails = [{ value: (user as { userName: string }).userName }]
  const body = JSON.stringify({ schemas, emails, ...user })
  const request = new Request(`${directory.scimUrl}/Users`, { method: 'POST', headers, body })
  return (await (await directory.send(request)).json()) as { id: string }
}

/** RFC 2045 §6, RFC 2047 §4: what a mail program shows of a message of two parts. */
function readMail(message: string): { subject: string; text: string; page: string } {
  const [head = ''] = message.split('\r\n\r\n')
  const subject = /^Subject: (.*(?:\r\n[ \t].*)*)/m.exec(head)?.[1] ?? ''
  const [text = '', page = ''] = message
    .split(`--${/boundary="([^"]*)"/.exec(head)?.[1]}`)
    .slice(1, 3)
    .map((part) => {
      const [own = '', ...body] = part.split('\r\n\r\n')
      return decode(/Transfer-Encoding: (\S+)/.exec(own)?.[1] ?? '', body.join('\r\n\r\n')).replaceAll(
        '\r\n',
        '\n',
      )
    })
  const words = subject.replace(/\?=\s+=\?/g, '?==?')
  const shown = words.replace(/=\?UTF-8\?([BQ])\?([^?]*)\?=/gi, (_, kind: string, coded: string) =>
    kind === 'B'
      ? Buffer.from(coded, 'base64').toString()
      : decode('quoted-printable', coded.replaceAll('_', ' ')),
  )
  return { subject: shown, text, page }
}

function decode(encoding: string, body: string): string {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString()
  if (encoding !== 'quoted-printable') return body
  const bytes = body
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString()
}
