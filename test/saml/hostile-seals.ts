// Encryption that says one thing and does another, says it twice, or says what is decrypted by nobody here: around an assertion that
// the identity provider did sign, so that only the encryption is wrong.
import { createCipheriv, publicEncrypt, randomBytes } from 'node:crypto'
import type { SamlCode } from '../../packages/server/src/saml/saml-error.ts'
import { type Context, forge, type HostileEntry, mallory, mustChange, render, victim } from './context.ts'
import { cut, extensions, takeApart } from './forge.ts'
import {
  cipherNames,
  digestMethod,
  digestNames,
  dsig,
  method,
  mgf,
  more,
  type Seal,
  seal,
  sealed,
  sealedInside,
  wrapData,
  xenc,
  xenc11,
} from './seal.ts'

const oaep10 = `${xenc}rsa-oaep-mgf1p`
const oaep11 = `${xenc11}rsa-oaep`
const sha256 = digestMethod(digestNames.sha256)
const mask256 = mgf(`${xenc11}mgf1sha256`)

const wrong = (
  name: string,
  codes: SamlCode | readonly SamlCode[],
  how: Seal | ((context: Context) => Seal),
): HostileEntry =>
  forge(`encrypted, ${name}`, codes, (context) =>
    sealed(context, typeof how === 'function' ? how(context) : how),
  )
/** What is done is right, and what is said of it is not read here. */
const said = (name: string, keyMethod: string): HostileEntry =>
  wrong(name, 'algorithm_refused', { keyMethod })

const parameters: readonly HostileEntry[] = [
  said('a digest of SHA-224', method(oaep11, digestMethod(`${more}sha224`) + mask256)),
  said('a digest of MD5', method(oaep11, digestMethod(`${more}md5`) + mask256)),
  said('a digest without a name', method(oaep11, digestMethod('') + mask256)),
  said('a digest that is called __proto__', method(oaep11, digestMethod('__proto__') + mask256)),
  said('the same digest twice', method(oaep11, sha256 + sha256 + mask256)),
  said('two digests', method(oaep11, sha256 + digestMethod(digestNames.sha1) + mask256)),
  said(
    'a digest in another namespace',
    method(oaep11, `<xenc:DigestMethod Algorithm="${digestNames.sha256}"/>${mask256}`),
  ),
  said('a mask of SHA-224', method(oaep11, sha256 + mgf(`${xenc11}mgf1sha224`))),
  said('a mask that has no name', method(oaep11, sha256 + mgf(''))),
  said('a mask under the name of a digest', method(oaep11, sha256 + mgf(digestNames.sha256))),
  said('the same mask twice', method(oaep11, sha256 + mask256 + mask256)),
  said('two masks', method(oaep11, sha256 + mask256 + mgf(`${xenc11}mgf1sha1`))),
  said('a mask in another namespace', method(oaep11, `${sha256}<xenc:MGF Algorithm="${xenc11}mgf1sha256"/>`)),
  said('rsa-oaep-mgf1p with a mask that it cannot have', method(oaep10, sha256 + mask256)),
  said(
    'rsa-oaep with the wrong name of a digest that is read in mgf1p',
    method(oaep11, digestMethod(`${dsig}sha256`) + mask256),
  ),
  said(
    'rsa-oaep-mgf1p with a wrong name and a mask',
    method(oaep10, digestMethod(`${dsig}sha256`) + mask256),
  ),
  said('empty OAEPparams', method(oaep11, `${sha256}${mask256}<xenc:OAEPparams></xenc:OAEPparams>`)),
  wrong('OAEPparams that the padding was really made with', 'algorithm_refused', {
    label: 'us',
    keyMethod: method(oaep11, `${sha256}${mask256}<xenc:OAEPparams>dXM=</xenc:OAEPparams>`),
  }),
  wrong('a label that is not said', 'decryption_failed', { label: 'us' }),
  said('the size of a key', method(oaep11, `${sha256}${mask256}<xenc:KeySize>2048</xenc:KeySize>`)),
  said('two methods of the key', method(oaep11, sha256 + mask256) + method(`${xenc}rsa-1_5`)),
  said('no method of the key', ''),
  said('a key wrapped by AES', method(`${xenc}kw-aes256`)),
  wrong('RSA with the padding of PKCS #1 1.5, really', 'algorithm_refused', {
    padding: 'pkcs1',
    keyMethod: method(`${xenc}rsa-1_5`),
  }),
  wrong('the padding of PKCS #1 1.5 under the name of OAEP', 'decryption_failed', { padding: 'pkcs1' }),
  wrong('no mask said, and made with SHA-256', 'decryption_failed', { keyMethod: method(oaep11, sha256) }),
  wrong('no digest said, and made with SHA-256', 'decryption_failed', { keyMethod: method(oaep11, mask256) }),
  wrong('rsa-oaep-mgf1p with a mask of SHA-256 that is not said', 'decryption_failed', {
    keyMethod: method(oaep10, sha256),
  }),
  wrong('digest and mask taken for each other', 'decryption_failed', {
    digest: 'sha256',
    mask: 'sha512',
    keyMethod: method(oaep11, digestMethod(digestNames.sha512) + mask256),
  }),
  wrong('two methods of the data', 'algorithm_refused', {
    dataMethod: method(cipherNames['aes-256-gcm']) + method(cipherNames['aes-128-gcm']),
  }),
  wrong('a method of the data with parameters', 'algorithm_refused', {
    dataMethod: method(cipherNames['aes-256-gcm'], '<xenc:KeySize>128</xenc:KeySize>'),
  }),
  wrong('a method of the data that is called toString', 'algorithm_refused', {
    dataMethod: method('toString'),
  }),
  wrong('AES-192 in CBC, which the connection does not allow', 'aes_cbc_refused', { cipher: 'aes-192-cbc' }),
]

const random = (length: number) => () => randomBytes(length)

const values: readonly HostileEntry[] = [
  wrong('a key of 16 bytes for AES-256', 'decryption_failed', { keyBytes: 16 }),
  wrong('a key of 32 bytes for AES-128', 'decryption_failed', { cipher: 'aes-128-gcm', keyBytes: 32 }),
  wrong('a key of no bytes', 'decryption_failed', { keyBytes: 0 }),
  wrong('its key cut short', 'decryption_failed', { editKey: (key) => key.subarray(0, -1) }),
  wrong('its key made longer', 'decryption_failed', { editKey: (key) => Buffer.concat([key, key]) }),
  wrong('its key of zeros', 'decryption_failed', { editKey: (key) => Buffer.alloc(key.length) }),
  wrong('its key above the modulus', 'decryption_failed', {
    editKey: (key) => Buffer.alloc(key.length, 255),
  }),
  wrong('one byte as its key', 'decryption_failed', { editKey: random(1) }),
  wrong('its key one bit off, where the padding is read here', 'decryption_failed', {
    mask: 'sha1',
    editKey: (key) => Buffer.from(key.map((byte, at) => (at === 100 ? byte ^ 1 : byte))),
  }),
  wrong('its text cut to the vector', 'decryption_failed', { editContent: (text) => text.subarray(0, 12) }),
  wrong('its text cut before the end of the vector', 'decryption_failed', {
    editContent: (text) => text.subarray(0, 5),
  }),
  wrong('its tag cut to four bytes', 'decryption_failed', { editContent: (text) => text.subarray(0, -12) }),
  wrong('its tag cut off', 'decryption_failed', { editContent: (text) => text.subarray(0, -16) }),
  wrong('its text in base64url', 'decryption_failed', {
    edit: ({ whole }) => mustChange(whole, whole.replace(/(CipherValue>)[\w+/]/, '$1-_')),
  }),
  ...['<xenc:CipherValue/>', '<x:y xmlns:x="urn:x"/>'].map((inner) =>
    wrong(`its text interrupted by ${inner}`, 'decryption_failed', {
      edit: ({ whole }) =>
        mustChange(
          whole,
          whole.replaceAll(/(CipherValue>)([\w+/]{40})/g, (_all, tag, text) => tag + text + inner),
        ),
    }),
  ),
  forge('encrypted, in bytes that are not UTF-8', 'decryption_failed', (context) =>
    sealed(context, {}, (assertion) => Buffer.from(assertion.replace('mallory', 'm\u00e4llory'), 'latin1')),
  ),
]

const allowsCbc: HostileEntry['trust'] = (trust) => ({ ...trust, allowsAesCbc: true })

const ciphers: readonly HostileEntry[] = [
  forge(
    'encrypted by AES-GCM under the name of AES-CBC, as allowed',
    'decryption_failed',
    (context) => sealedInside(context, { dataMethod: method(cipherNames['aes-256-cbc']) }),
    allowsCbc,
  ),
  forge(
    'encrypted by AES-CBC under the name of AES-GCM',
    'decryption_failed',
    (context) =>
      sealedInside(context, { cipher: 'aes-256-cbc', dataMethod: method(cipherNames['aes-256-gcm']) }),
    allowsCbc,
  ),
  forge(
    'encrypted by AES-192 in CBC as allowed, the assertion signed alone',
    'encrypted_unsigned',
    (context) => sealed(context, { cipher: 'aes-192-cbc' }),
    allowsCbc,
  ),
  forge('encrypted by triple DES, really', 'algorithm_refused', (context) =>
    sealed(context, {
      dataMethod: method(`${xenc}tripledes-cbc`),
      editContent: () => {
        const made = createCipheriv('des-ede3-cbc', randomBytes(24), randomBytes(8))
        return Buffer.concat([made.update('x'.repeat(64)), made.final()])
      },
    }),
  ),
]

const places: readonly HostileEntry[] = [
  wrong('for another recipient', 'decryption_failed', { recipient: 'https://other.test/saml' }),
  wrong('for a recipient without a name', 'decryption_failed', { recipient: '' }),
  wrong('two keys, one beside the data', 'decryption_failed', {
    edit: ({ whole, key }) => whole + key.replace('_k', '_l'),
  }),
  wrong('its key in the Extensions of the response', 'decryption_failed', {
    edit: ({ dataMethod, cipherData }) => wrapData(dataMethod + cipherData),
  }),
  wrong('its data referring to another key', 'decryption_failed', {
    edit: ({ key, dataMethod, cipherData }) =>
      wrapData(
        `${dataMethod}<ds:KeyInfo xmlns:ds="${dsig}"><ds:RetrievalMethod URI="#_other"/></ds:KeyInfo>${cipherData}`,
      ) + key,
  }),
  wrong('its data referring to a key twice', 'decryption_failed', {
    edit: ({ key, dataMethod, cipherData }) =>
      wrapData(
        `${dataMethod}<ds:KeyInfo xmlns:ds="${dsig}"><ds:RetrievalMethod URI="#_k"/><ds:RetrievalMethod URI="#_k"/></ds:KeyInfo>${cipherData}`,
      ) + key,
  }),
  wrong('its data with two KeyInfo', 'decryption_failed', {
    edit: ({ whole }) => whole.replace('<ds:KeyInfo', `<ds:KeyInfo xmlns:ds="${dsig}"/>$&`),
  }),
  wrong('its key inside another key', 'decryption_failed', {
    edit: ({ whole, key }) =>
      whole.replace(key, `<xenc:EncryptedKey xmlns:xenc="${xenc}">${key}</xenc:EncryptedKey>`),
  }),
  wrong('its data inside other data', 'decryption_failed', { edit: ({ whole }) => wrapData(whole) }),
  forge('encrypted, and what it holds is encrypted data', ['assertion_count', 'malformed'], (context) =>
    sealed(context, {}, (assertion) => seal(context, assertion)),
  ),
  forge(
    'encrypted by somebody who has our certificate, around nothing signed',
    'encrypted_unsigned',
    (context) =>
      sealed(context, {}, (assertion) =>
        assertion.replaceAll(mallory, victim).replace(/<ds:Signature .*?<\/ds:Signature>/s, ''),
      ),
  ),
  forge(
    'a signed Response, whose encrypted assertion was changed for another one',
    'signature_invalid',
    async (context) => {
      const signed = await sealedInside(context, {})
      const { element } = await takeApart(context, 'assertion')
      const other = seal(
        context,
        element.replaceAll(mallory, victim).replace(/<ds:Signature .*?<\/ds:Signature>/s, ''),
      )
      return signed.replace(/<saml:EncryptedAssertion .*<\/saml:EncryptedAssertion>/s, () => other)
    },
  ),
  forge(
    'a signed Response in the Extensions of one whose encrypted assertion is forged',
    ['signature_misplaced', 'assertion_count', 'malformed'],
    async (context) => {
      const signed = (await sealedInside(context, {})).replace(/^<\?xml[^>]*>/, '')
      const forged = await sealed(context, {}, (assertion) => assertion.replaceAll(mallory, victim))
      return forged
        .replace(' Id="_k"', '')
        .replace('<samlp:Status>', () => `${extensions(cut(signed, 'samlp:Response'))}<samlp:Status>`)
    },
  ),
  forge('a NameID that is encrypted, which nobody reads here', 'name_id_missing', async (context) => {
    return render(context, {
      mutateBeforeSigning: (xml) =>
        xml.replace(
          /<saml:NameID.*?<\/saml:NameID>/s,
          '<saml:EncryptedID><x:y xmlns:x="urn:x"/></saml:EncryptedID>',
        ),
    })
  }),
  wrong('with a shared key in place of ours', 'decryption_failed', ({ idpKey }) => ({
    editKey: () => publicEncrypt(idpKey.certificatePem, randomBytes(32)),
  })),
]

/** Everything that is wrong with an encryption itself. */
export const seals: readonly HostileEntry[] = [...parameters, ...values, ...ciphers, ...places]
