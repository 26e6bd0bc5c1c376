// How whoever reads what we print runs this command, where they are: through npm where that finds this installation from their folder (a
// clone, a package of a project), by its name where that is on the path (the image, an installation for the whole machine), else by the
// launcher's file (an archive that was unpacked, or that npm runs from its cache).
import { existsSync, realpathSync } from 'node:fs'
import { delimiter, dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Surroundings {
  /** Where they are. */
  readonly folder: string
  /** The launcher of this installation. */
  readonly launcher: string
  /** What the process was started by. */
  readonly started: string
  readonly path: string
}

function readSurroundings(): Surroundings {
  return {
    folder: process.cwd(),
    launcher: fileURLToPath(new URL('../bin/rollcall.js', import.meta.url)),
    started: process.argv[1] ?? '',
    path: process.env.PATH ?? '',
  }
}

/** For whoever reads this process's own output. */
export function ownCommand(at: Surroundings = readSurroundings()): string {
  return nameOf(at) ?? `node ${quote(at.launcher)}`
}

/** For a page that anybody may see: it says nothing of where files lie. */
export function publicCommand(at: Surroundings = readSurroundings()): string {
  return (
    nameOf(at) ??
    `node ${relative(dirname(dirname(at.launcher)), at.launcher)
      .split(sep)
      .join('/')}`
  )
}

/** `--no-install`: npm would fetch a stranger's package where ours is missing. */
function nameOf({ folder, launcher, started, path }: Surroundings): string | undefined {
  const isOurs = (file: string): boolean =>
    existsSync(file) && [realPath(launcher), realPath(started)].includes(realPath(file))
  for (let at = folder; ; at = dirname(at)) {
    if (isOurs(join(at, 'node_modules/.bin/rollcall'))) return 'npx --no-install rollcall'
    if (at === dirname(at)) break
  }
  // What npm puts in front while it runs something is not on the path of whoever reads this.
  const folders = path.split(delimiter).filter((one) => one !== '' && !one.includes('node_modules'))
  return folders.some((one) => isOurs(join(one, 'rollcall'))) ? 'rollcall' : undefined
}

function realPath(file: string): string {
  try {
    return realpathSync(file)
  } catch {
    return file
  }
}

const quote = (file: string): string =>
  /^[\w@%+=:,./\\-]+$/.test(file) ? file : `'${file.replaceAll("'", `'\\''`)}'`
