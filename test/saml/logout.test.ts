// Messages of single logout, as the verifier alone sees them: what is right is read by every binding, and nothing else.
// Judges: server/saml.
import { createSamlKey } from '@rollcall/simulator'
import { describe, expect, it } from 'vitest'
import { assertLogoutResponse, readLogoutRequest } from '../../packages/server/src/saml/logout.ts'
import { type Carried, readSigned } from '../../packages/server/src/saml/logout-message.ts'
import { SamlError } from '../../packages/server/src/saml/saml-error.ts'
import { hostileLogouts } from './hostile-logout.ts'
import {
  byPost,
  byRedirect,
  bySoap,
  type LogoutContext,
  signed,
  soapNamespace,
  wrapSoap,
  write,
} from './logout-forge.ts'

const context: LogoutContext = {
  idpKey: createSamlKey(),
  attackerKey: createSamlKey(),
  issuer: 'https://idp.acme.test/metadata',
  address: 'https://rollcall.test/saml/conn_a1/slo',
  soapAddress: 'https://rollcall.test/saml/conn_a1/slo-soap',
  victim: 'ann@acme.test',
  now: Date.UTC(2026, 4, 5, 6, 7, 8),
}

async function judge(carried: Carried): Promise<string> {
  const destination = carried.binding === 'soap' ? context.soapAddress : context.address
  const expected = { issuer: context.issuer, destination, now: context.now, skewMs: 120_000 }
  try {
    const message = await readSigned(carried, [context.idpKey.certificatePem], {
      organizationId: 'org',
      part: 'conn_a1',
    })
    if (message.kind === 'SAMLRequest') return readLogoutRequest(message.xml, expected).nameId
    assertLogoutResponse(message.xml, expected, (id) => id === '_ours')
    return 'answered'
  } catch (error) {
    if (error instanceof SamlError) return error.code
    throw error
  }
}

describe('a message of single logout', () => {
  it.each(hostileLogouts)('is refused: $name', async ({ codes, make }) => {
    expect(codes).toContain(await judge(make(context)))
  })

  it('is read as it was signed, by POST, SOAP and redirect, by whatever prefixes', async () => {
    const bySoapXml = signed(write(context, { destination: context.soapAddress }), context.idpKey)
    const moved = bySoapXml.replace(/( xmlns:samlp="[^"]*")( xmlns:saml="[^"]*")/, '')
    const declarations = bySoapXml.match(/ xmlns:samlp?="[^"]*"/g)?.join('') ?? ''
    const above = wrapSoap(moved, '<soap:Header/>').replace('<soap:Envelope', `<soap:Envelope${declarations}`)
    const right: readonly Carried[] = [
      byPost(signed(write(context), context.idpKey)),
      bySoap(wrapSoap(bySoapXml)),
      bySoap(
        `<?xml version="1.0" encoding="UTF-8"?>\n${wrapSoap(bySoapXml).replaceAll('soap:', 'S:').replace('xmlns:soap', 'xmlns:S')}`,
      ),
      bySoap(above),
      byRedirect(write(context), context.idpKey),
    ]
    for (const carried of right) expect(await judge(carried)).toBe(context.victim)
    expect(above).toContain(soapNamespace)
    const answer = write(context, { name: 'LogoutResponse', inResponseTo: '_ours' })
    expect(await judge(byPost(signed(answer, context.idpKey), 'SAMLResponse'))).toBe('answered')
  })

  it('has more than thirty ways to be wrong, each under its own name', () => {
    const names = new Set(hostileLogouts.map(({ name }) => name))
    expect(names.size).toBe(hostileLogouts.length)
    expect(names.size).toBeGreaterThan(30)
  })
})
