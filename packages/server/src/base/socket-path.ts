// Where the control socket is: in the data folder, under a name that the service and its commands share.
import { relative } from 'node:path'

/** Of `sockaddr_un`, without the zero at its end. */
const maxSocketPathBytes = process.platform === 'linux' ? 107 : 103
/** The name of the control socket in the data folder. */
export const controlSocketName = 'rollcall.sock'

/** Undefined for a path that a socket may have; the system cuts longer ones off, or refuses them. */
export function explainLongSocket(path: string): string | undefined {
  const bytes = Buffer.byteLength(path)
  if (bytes <= maxSocketPathBytes) return undefined
  return `The control socket cannot be at ${path}: that is ${bytes} bytes, and the system takes ${maxSocketPathBytes}. Name a data folder with a shorter path (ROLLCALL_DATA), or work in a folder nearer to it.`
}

/** Socket paths are short: the relative one may fit where the absolute one does not. */
export function shortest(path: string): string {
  const near = relative(process.cwd(), path)
  return near.length < path.length ? near : path
}
