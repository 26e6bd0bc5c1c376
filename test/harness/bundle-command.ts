// The command in few files, for a run of all tests: they start it more than a hundred times, and most of what a start costs is to find and
// read some hundred files. What it serves and loads besides lies where it does in the workspace.
import { cpSync, mkdirSync, symlinkSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build } from 'vite'

const root = resolve(import.meta.dirname, '../..')
const server = join(root, 'packages/server/src')

/** Packages that are many files and load nothing by their place. */
const inside = /^(@rollcall\/(?!console)|@hono\/|@asteasolutions\/|openapi3-ts|hono|jose|kysely|zod)/

/** Writes it into the folder, which is there; returns the file to start. */
export async function bundleCommand(folder: string): Promise<string> {
  const place = join(folder, 'command')
  mkdirSync(place)
  cpSync(join(root, 'packages/cli/package.json'), join(place, 'package.json'))
  symlinkSync(join(root, 'packages/cli/bin'), join(place, 'bin'))
  symlinkSync(join(root, 'node_modules'), join(place, 'node_modules'))
  await build({
    configFile: false,
    logLevel: 'error',
    root,
    ssr: { noExternal: [inside], resolve: { conditions: ['source', 'node', 'import', 'default'] } },
    build: {
      ssr: true,
      target: 'esnext',
      minify: false,
      outDir: join(place, 'bundle'),
      emptyOutDir: false,
      rolldownOptions: {
        input: {
          main: join(root, 'packages/cli/src/main.ts'),
          // Threads are started by the names of their files.
          worker: join(server, 'worker.ts'),
          'sqlite-look-worker': join(server, 'store/sqlite-look-worker.ts'),
          'read-worker': join(server, 'saml/read-worker.ts'),
          'verify-worker': join(server, 'saml/verify-worker.ts'),
        },
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  })
  return join(place, 'bundle/main.js')
}
