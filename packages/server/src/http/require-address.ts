// An address in a request of the management API.
import { readAddress } from '../base/address.ts'
import { Problem } from './problem.ts'

/** As every other place reads it; throws 400 for what is not an address. */
export function requireAddress(text: string): string {
  const read = readAddress(text)
  if (read === undefined) throw new Problem('invalid_request', 'email: not an e-mail address')
  return read.address
}
