// Nimbus' oauth2-oidc-sdk (Maven Central), in nimbus/src/main/java/Client.java.
import { join } from 'node:path'
import { clientPeer } from './clients.ts'
import { installed, placeOf } from './installed.ts'
import { java } from './needs.ts'

const version = '11.39'
const place = placeOf('nimbus')

export const nimbus = clientPeer({
  name: 'nimbus',
  version,
  needs: [java, installed('nimbus', `Nimbus oauth2-oidc-sdk ${version}`)],
  words: ['java', '-cp', `${join(place, 'target/classes')}:${join(place, 'lib/*')}`, 'Client'],
})
