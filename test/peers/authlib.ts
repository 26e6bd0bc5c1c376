// Authlib (PyPI), in authlib/client.py.
import { join } from 'node:path'
import { clientPeer } from './clients.ts'
import { installed, placeOf } from './installed.ts'
import { python } from './needs.ts'

const version = '1.9.0'

export const authlib = clientPeer({
  name: 'authlib',
  version,
  needs: [python, installed('authlib', `Authlib ${version}`)],
  words: [join(placeOf('authlib'), 'venv/bin/python'), join(import.meta.dirname, 'authlib/client.py')],
})
