// The built console: its page and its files with their compressed forms, read from the folder that the build made. Files
// carry a hash in their name and may be cached for good; the page may not.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** One file of the build with its compressed forms. */
export interface ConsoleFile {
  readonly type: string
  readonly plain: Uint8Array<ArrayBuffer>
  /** Undefined where the build found that compressing does not pay. */
  readonly gzip: Uint8Array<ArrayBuffer> | undefined
  readonly brotli: Uint8Array<ArrayBuffer> | undefined
}

/** The build, read when it is first asked for. */
export interface ConsoleFiles {
  /** The page with a place for the nonce; undefined where the console was not built. */
  page(): Promise<string | undefined>
  /** A file of the build by its name, such as `index-x1y2.js`; undefined for one that is not there. */
  find(name: string): Promise<ConsoleFile | undefined>
}

const types: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  woff2: 'font/woff2',
}

/** `folder` is the build's; each file is read once. */
export function openConsoleFiles(folder: string): ConsoleFiles {
  const known = new Map<string, Promise<ConsoleFile | undefined>>()
  let page: Promise<string | undefined> | undefined
  return {
    page() {
      page ??= readFile(join(folder, 'index.html'), 'utf8').catch(() => {
        page = undefined
        return undefined
      })
      return page
    },
    find(name) {
      const found = known.get(name) ?? read(folder, name)
      known.set(name, found)
      // What is not there is not remembered: names are endless.
      void found.then((file) => file === undefined && known.delete(name))
      return found
    },
  }
}

async function read(folder: string, name: string): Promise<ConsoleFile | undefined> {
  const ending = /^[\w-]+(?:\.[\w-]+)*\.(\w+)$/.exec(name)?.[1]
  const type = ending === undefined ? undefined : types[ending]
  if (type === undefined) return undefined
  const optional = (suffix: string): Promise<Uint8Array<ArrayBuffer> | undefined> =>
    readFile(join(folder, 'assets', `${name}${suffix}`)).catch(() => undefined)
  const [plain, gzip, brotli] = await Promise.all([optional(''), optional('.gz'), optional('.br')])
  return plain === undefined ? undefined : { type, plain, gzip, brotli }
}
