import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { verifyWebhook, WebhookVerificationError } from './webhook.ts'

const secret = `whsec_${btoa('a secret of thirty-two characters')}`
const other = `whsec_${btoa('another one, of as many characters')}`
const body = JSON.stringify({ id: 'evt_1', type: 'user.blocked', data: {} })
const now = 1_800_000_000_000

function sign(by: string, text = body, at = now): Record<string, string> {
  return {
    'webhook-id': 'evt_1',
    'webhook-timestamp': String(at / 1_000),
    'webhook-signature': new Webhook(by).sign('evt_1', new Date(at), text),
  }
}

describe('verifyWebhook', () => {
  it('takes what the reference implementation signs, from Headers and from a plain object', async () => {
    const headers = sign(secret)
    for (const given of [headers, new Headers(headers)])
      expect(await verifyWebhook({ body, headers: given, secret, now })).toEqual(JSON.parse(body))
  })

  it('takes any of several secrets and any of several signatures', async () => {
    const both = { ...sign(secret), 'webhook-signature': `v1,AAAA ${sign(other)['webhook-signature']}` }
    await verifyWebhook({ body, headers: both, secret: [secret, other], now })
    await expect(verifyWebhook({ body, headers: both, secret, now })).rejects.toMatchObject({
      code: 'signature_mismatch',
    })
  })

  it('takes Ed25519 with our public key', async () => {
    const pair = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair
    const content = new TextEncoder().encode(`evt_1.${now / 1_000}.${body}`)
    const bytes = new Uint8Array(await crypto.subtle.sign('Ed25519', pair.privateKey, content))
    const raw = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))
    const base64 = (part: Uint8Array): string => btoa(String.fromCharCode(...part))
    const headers = { ...sign(secret), 'webhook-signature': `v1a,${base64(bytes)}` }
    await verifyWebhook({ body, headers, secret: `whpk_${base64(raw)}`, now })
    await expect(
      verifyWebhook({ body: body.replace('user', 'group'), headers, secret: `whpk_${base64(raw)}`, now }),
    ).rejects.toBeInstanceOf(WebhookVerificationError)
  })

  it.each([
    ['a changed body', { body: body.replace('user', 'group') }, 'signature_mismatch'],
    ['another secret', { secret: other }, 'signature_mismatch'],
    ['another id', { headers: { ...sign(secret), 'webhook-id': 'evt_2' } }, 'signature_mismatch'],
    ['an old message', { now: now + 301_000 }, 'too_old'],
    ['a message of the future', { now: now - 301_000 }, 'too_new'],
    ['no signature', { headers: { ...sign(secret), 'webhook-signature': undefined } }, 'missing_header'],
    [
      'a timestamp of words',
      { headers: { ...sign(secret), 'webhook-timestamp': 'now' } },
      'timestamp_invalid',
    ],
    ['a secret that is none', { secret: 'whsec_!' }, 'secret_invalid'],
    [
      'a signature that is not base64',
      { headers: { ...sign(secret), 'webhook-signature': 'v1,%%' } },
      'signature_mismatch',
    ],
  ])('refuses %s', async (_, wrong, code) => {
    const input = { body, headers: sign(secret), secret, now, ...wrong }
    await expect(verifyWebhook(input as never)).rejects.toMatchObject({ code })
  })

  it('refuses a signed body that is not the event of the headers', async () => {
    const headers = sign(secret, '[]')
    await expect(verifyWebhook({ body: '[]', headers, secret, now })).rejects.toMatchObject({
      code: 'body_invalid',
    })
  })
})
