// Debian's Chromium for the tests: found, or its absence said in one line. Nothing is downloaded.
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

function findExecutable(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter)
  const candidates = [
    process.env.CHROMIUM ?? '',
    ...folders.flatMap((folder) => names.map((name) => join(folder, name))),
  ]
  return candidates.find((file) => {
    try {
      accessSync(file, constants.X_OK)
      return file !== ''
    } catch {
      return false
    }
  })
}

const executablePath = findExecutable()

/** False where there is no Chromium and nobody insists: with CI=true its absence fails. */
export const hasChromium = executablePath !== undefined || process.env.CI === 'true'

if (!hasChromium)
  console.log('The browser tests are skipped: there is no Chromium. Get it with: apt-get install chromium')

export async function launchChromium(): Promise<Browser> {
  if (executablePath === undefined) throw new Error('There is no Chromium: apt-get install chromium')
  const args = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--disable-background-networking',
    '--disable-component-update',
  ]
  return chromium.launch({ executablePath, args })
}
