// `rollcall doctor [ORGANIZATION]`: looks at the installation, or at what keeps one organization from being provisioned or signed in,
// and says what to do. Changes nothing.
import { readText, readWords } from '../arguments.ts'
import { type Finding, renderFindings, worstOf } from '../doctor/finding.ts'
import { checkInstallation } from '../doctor/installation.ts'
import { checkOrganization } from '../doctor/organization.ts'
import { type Reach, reachService } from '../reach.ts'
import { version } from '../version.ts'

/** Exit code 1 where something is wrong. */
export async function doctor(args: readonly string[]): Promise<number> {
  const words = readWords(args, { url: 'text', json: 'switch' }, 0, 1)
  const [slug] = words.words
  const url = readText(words, 'url')
  const findings = slug === undefined ? await lookAtAll(url) : await lookAtOne(slug, url)
  const level = worstOf(findings)
  console.log(
    words.options.json === true
      ? JSON.stringify({ version, level, findings }, null, 2)
      : renderFindings(findings),
  )
  return level === 'fail' ? 1 : 0
}

async function lookAtOne(slug: string, url: string | undefined): Promise<Finding[]> {
  const reach = reachService(url)
  try {
    return await checkOrganization(reach.client, slug, Date.now())
  } finally {
    await reach.close()
  }
}

/** Also without a service: it may be what does not start. */
async function lookAtAll(url: string | undefined): Promise<Finding[]> {
  const environment = process.env
  let reach: Reach
  try {
    reach = reachService(url)
  } catch (error) {
    return checkInstallation({ environment, version, client: undefined, whyNone: error })
  }
  try {
    return await checkInstallation({ environment, version, client: reach.client })
  } finally {
    await reach.close()
  }
}
