// go-oidc with golang.org/x/oauth2 (Go), in go-oidc/main.go.
import { clientPeer } from './clients.ts'
import { installed, placeOf } from './installed.ts'
import { go } from './needs.ts'

const version = '3.21.0'

export const goOidc = clientPeer({
  name: 'go-oidc',
  version,
  needs: [go, installed('go-oidc', `go-oidc ${version}`)],
  words: [`${placeOf('go-oidc')}/peer`],
})
