// What accepting one signed response costs, against the library's own validation of the same bytes. CPU time of this
// process, so that other work on the machine does not count.
import { SAML } from '@node-saml/node-saml'
import { createSamlKey, encodeResponse, renderSamlResponse } from '@rollcall/simulator'
import { verifyResponse } from '../packages/server/src/saml/verify-response.ts'

const rounds = 400
const turns = 5
const acsUrl = 'https://rollcall.example.com/saml/conn_x/acs'
const entityId = 'https://rollcall.example.com/saml/conn_x/metadata'
const idpEntityId = 'https://idp.example.com/metadata'

const key = createSamlKey()

async function measure(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  for (let round = 0; round < rounds; round += 1) await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000 / rounds
}

for (const sign of ['assertion', 'both'] as const) {
  const now = Date.now()
  const xml = await renderSamlResponse({
    idpEntityId,
    acsUrl,
    audience: entityId,
    inResponseTo: '_request',
    nameId: 'alice@example.com',
    attributes: { email: ['alice@example.com'], firstName: ['Alice'], lastName: ['Example'] },
    now,
    key,
    sign,
  })
  const samlResponse = encodeResponse(xml)
  const trust = {
    organizationId: 'org',
    entityId,
    acsUrl,
    identityProvider: { entityId: idpEntityId, certificates: [key.certificatePem] },
    decryptionKeys: [],
    allowsAesCbc: false,
    clockSkewSeconds: 120,
    stableIdAttribute: null,
  }
  const library = (): Promise<unknown> =>
    new SAML({
      idpCert: key.certificatePem,
      issuer: entityId,
      callbackUrl: acsUrl,
      audience: entityId,
      wantAuthnResponseSigned: sign === 'both',
      wantAssertionsSigned: true,
    }).validatePostResponseAsync({ SAMLResponse: samlResponse })
  const ours = (): Promise<unknown> => verifyResponse(samlResponse, trust, now)
  await measure(library)
  await measure(ours)
  const pairs: (readonly [number, number])[] = []
  for (let turn = 0; turn < turns; turn += 1) pairs.push([await measure(library), await measure(ours)])
  const [theirs, own] = [Math.min(...pairs.map(([a]) => a)), Math.min(...pairs.map(([, b]) => b))]
  console.log(
    `${sign} signed, ${xml.length} bytes: library ${theirs.toFixed(3)} ms, here ${own.toFixed(3)} ms of CPU, ratio ${(own / theirs).toFixed(2)}`,
  )
}
