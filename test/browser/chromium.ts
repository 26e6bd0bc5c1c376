// Debian's Chromium for the tests: found, or its absence said in one line. Nothing is downloaded. The same engine without windows,
// chromium-headless-shell, goes before it where there is one: it takes a third of the processor's time less.
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

const names = [
  'chromium-headless-shell',
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
]

function findExecutable(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter)
  const candidates = [
    process.env.CHROMIUM ?? '',
    ...names.flatMap((name) => folders.map((folder) => join(folder, name))),
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

/**
 * Each window of the whole Chromium brings up pages of its own for what its address field offers. A later list of features takes the
 * place of an earlier one, so what Playwright puts aside, as far as pages of ours could meet it, stands here again.
 */
const aside = [
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'WebUIOmniboxFullPopup',
  'AimEnabled',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'LensOverlay',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PaintHolding',
  'PreconnectToSearch',
  'ThirdPartyStoragePartitioning',
]

/** `more`: arguments beside the usual ones. */
export async function launchChromium(more: readonly string[] = []): Promise<Browser> {
  if (executablePath === undefined) throw new Error('There is no Chromium: apt-get install chromium')
  const args = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--disable-background-networking',
    '--disable-component-update',
    // Fewer processes, of which none waits for another: tests look at pages, not at how a browser keeps them apart.
    '--in-process-gpu',
    '--renderer-process-limit=1',
    ...more,
    ...(executablePath.endsWith('headless-shell') ? [] : [`--disable-features=${aside.join(',')}`]),
  ]
  return chromium.launch({ executablePath, args })
}
