// How whoever reads what we print runs this command: through npm where it is installed in the folder that they are in (a clone, a
// package of a project), by its name where it is on the path (the image, an installation for the whole machine).
import { sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** `file` is any of this installation's. `--no-install`: npm would fetch a stranger's package where ours is missing. */
export function ownCommand(folder = process.cwd(), file = fileURLToPath(import.meta.url)): string {
  return file.startsWith(folder.endsWith(sep) ? folder : folder + sep)
    ? 'npx --no-install rollcall'
    : 'rollcall'
}
