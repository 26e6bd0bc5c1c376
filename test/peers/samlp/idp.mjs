// An identity provider on auth0's samlp, as its README has it: one person, whom it asks for a password.
import { randomUUID } from 'node:crypto'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import process from 'node:process'

const { BASE: base = '', PLACE: place = '', EMAIL: email, PASSWORD: password } = process.env
const load = createRequire(join(place, 'package.json'))
const express = load('express')
const session = load('express-session')
const samlp = load('samlp')
const SessionParticipants = load('samlp/lib/sessionParticipants')

const redirectBinding = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect'
/** What it calls the person by. */
const id = 'ann-1'
const format = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent'
/** Of each session, by its id. */
const participants = new Map()
let told = { key: '', cert: '', sp: undefined, encryptionCert: undefined, encryptionAlgorithm: undefined }

const app = express()
app.use(express.json({ limit: '1mb' }))
app.use(express.urlencoded({ extended: false, limit: '1mb' }))
app.use(session({ secret: 'of a test', resave: true, saveUninitialized: false, name: 'samlp' }))

app.get('/ping', (_request, response) => response.send('here'))
app.post('/admin', (request, response) => {
  told = { ...told, ...request.body }
  response.send('done')
})

app.get('/metadata', (request, response) =>
  samlp.metadata({
    issuer: `${base}/metadata`,
    cert: told.cert,
    redirectEndpointPath: '/samlp',
    postEndpointPath: '/samlp',
    logoutEndpointPaths: { redirect: '/logout' },
  })(request, response),
)

const escapeMarkup = (text) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')

app.post('/login', (request, response) => {
  if (request.body.user !== 'ann' || request.body.password !== password)
    return response.status(403).send('No.')
  request.session.index = `_${randomUUID()}`
  participants.set(request.session.index, new SessionParticipants([]))
  return response.redirect(request.body.next)
})

app.get('/samlp', (request, response, next) => {
  const { index } = request.session
  if (index === undefined)
    return response.send(
      `<!doctype html><form method="post" action="/login"><input type="hidden" name="next" value="${escapeMarkup(request.originalUrl)}"><input name="user"><input type="password" name="password"><button>Go</button></form>`,
    )
  const list = participants.get(index)
  list?.remove(told.sp.entityId, index, id, () => undefined)
  list?._participants.push({
    serviceProviderId: told.sp.entityId,
    nameId: id,
    nameIdFormat: format,
    sessionIndex: index,
    serviceProviderLogoutURL: told.sp.sloUrl,
    cert: told.sp.cert,
    binding: redirectBinding,
  })
  return samlp.auth({
    issuer: `${base}/metadata`,
    key: told.key,
    cert: told.cert,
    audience: told.sp.entityId,
    recipient: told.sp.acsUrl,
    destination: told.sp.acsUrl,
    signResponse: true,
    sessionIndex: index,
    nameIdentifierFormat: format,
    authnContextClassRef: 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport',
    getPostURL: (_audience, _request, _req, callback) => callback(null, told.sp.acsUrl),
    getUserFromRequest: () => ({
      id,
      displayName: 'Ann Person',
      name: { givenName: 'Ann', familyName: 'Person' },
      emails: [{ value: email }],
    }),
    ...(told.encryptionCert
      ? {
          encryptionCert: told.encryptionCert,
          encryptionPublicKey: told.encryptionKey,
          encryptionAlgorithm: told.encryptionAlgorithm,
          // It calls AES-CBC insecure, and so do we.
          disallowEncryptionWithInsecureAlgorithm: false,
        }
      : {}),
  })(request, response, next)
})

app.get('/logout', (request, response, next) => {
  const { index } = request.session
  return samlp.logout({
    deflate: true,
    issuer: `${base}/metadata`,
    protocolBinding: redirectBinding,
    key: told.key,
    cert: told.cert,
    signatureAlgorithm: 'rsa-sha256',
    digestAlgorithm: 'sha256',
    sessionParticipants: participants.get(index) ?? new SessionParticipants([]),
    clearIdPSession(done) {
      delete request.session.index
      done()
    },
  })(request, response, next)
})

// What it does not take is said to the person.
app.use((error, _request, response, _next) => response.status(500).send(escapeMarkup(String(error))))
app.listen(Number(new URL(base).port), '127.0.0.1')
