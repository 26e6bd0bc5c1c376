// Against a mail server on loopback that keeps what it is told, byte for byte.
// Judges: server/outbound, server/deliveries.
import { describe, expect, it } from 'vitest'
import { placeOfService } from '../../packages/server/src/deliveries/allowance.ts'
import { queueInstallationMail } from '../../packages/server/src/deliveries/mail.ts'
import { createMailer, MailError } from '../../packages/server/src/outbound/mail.ts'
import { createLetterboxes } from '../harness/letterbox.ts'
import { forOneStore } from '../harness/service.ts'

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
})
