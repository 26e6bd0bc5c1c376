// Against a mail server on loopback that keeps what it is told, byte for byte.
import { createServer, type Server } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createMailer, MailError } from './mail.ts'

const servers: Server[] = []
afterEach(() => servers.splice(0).forEach((server) => void server.close()))

interface Letterbox {
  readonly url: string
  /** SMTP commands before the message. */
  readonly commands: string[]
  readonly messages: string[]
}

async function startMailServer(recipientReply = '250 ok'): Promise<Letterbox> {
  const [commands, messages]: [string[], string[]] = [[], []]
  const server = createServer((socket) => {
    let buffer = ''
    let isData = false
    socket.write('220 letterbox\r\n')
    socket
      .on('error', () => undefined)
      .on('data', (bytes) => {
        buffer += bytes.toString()
        for (let end = buffer.indexOf(isData ? '\r\n.\r\n' : '\r\n'); end >= 0; ) {
          const part = buffer.slice(0, end)
          buffer = buffer.slice(end + (isData ? 5 : 2))
          ;(isData ? messages : commands).push(part)
          const isDataNext = !isData && part === 'DATA'
          socket.write(
            isDataNext ? '354 go on\r\n' : part.startsWith('RCPT') ? `${recipientReply}\r\n` : '250 ok\r\n',
          )
          isData = isDataNext
          end = buffer.indexOf(isData ? '\r\n.\r\n' : '\r\n')
        }
      })
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `smtp://127.0.0.1:${(server.address() as { port: number }).port}`, commands, messages }
}

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
    const box = await startMailServer('550 no such user at 10.0.0.5')
    const sent = createMailer({ smtpUrl: box.url, from }).send({
      to: 'ada@acme.test',
      subject: 'x',
      text: 'x',
    })
    const error = await sent.catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(MailError)
    expect(error).toMatchObject({ code: 'not_sent', message: 'The mail server did not take the message.' })
  })

  it.each(['https://mail.test', 'file:///etc/passwd', 'mail.test:25', ''])(
    'throws on the setting %j',
    (smtpUrl) => {
      expect(() => createMailer({ smtpUrl, from })).toThrow('ROLLCALL_SMTP_URL')
    },
  )
})
