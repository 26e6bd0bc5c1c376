// `npm run pack:all [FOLDER]`: the packages as the archives that npm installs and publishes, in dist/packages.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { stagePackages } from './packages.ts'

const to = resolve(process.argv[2] ?? join(import.meta.dirname, '../dist/packages'))
const stage = mkdtempSync(join(tmpdir(), 'rollcall-pack-'))
try {
  rmSync(to, { recursive: true, force: true })
  mkdirSync(to, { recursive: true })
  for (const { folder } of stagePackages(stage)) {
    const { status } = spawnSync(
      'npm',
      ['pack', folder, '--pack-destination', to, '--ignore-scripts', '--silent'],
      {
        stdio: ['ignore', 'ignore', 'inherit'],
      },
    )
    if (status !== 0) throw new Error(`npm could not pack ${folder}`)
  }
  console.log(`Packed into ${to}`)
} finally {
  rmSync(stage, { recursive: true, force: true })
}
