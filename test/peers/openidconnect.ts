// The crate openidconnect (crates.io), in openidconnect/src/main.rs.
import { join } from 'node:path'
import { clientPeer } from './clients.ts'
import { installed, placeOf } from './installed.ts'
import { cargo } from './needs.ts'

const version = '4.1.0'

export const openidconnect = clientPeer({
  name: 'openidconnect',
  version,
  needs: [cargo, installed('openidconnect', `openidconnect ${version} (Rust)`)],
  words: [join(placeOf('openidconnect'), 'target/debug/peer')],
})
