// The guides as Markdown for docs/guides/, a file for each identity provider. Values stand as names in angle brackets.
import type { Guide, GuideStep, GuideValue, Provider } from './guide.ts'
import { oidcGuides } from './oidc.ts'
import { scimGuides, withoutScim } from './scim.ts'
import { listSources } from './sources.ts'
import { ssoGuides } from './sso.ts'

const placeholders: Readonly<Record<GuideValue, string>> = {
  acsUrl: '<ROLLCALL_URL>/saml/<connection id>/acs',
  sloUrl: '<ROLLCALL_URL>/saml/<connection id>/slo',
  sloSoapUrl: '<ROLLCALL_URL>/saml/<connection id>/slo-soap',
  entityId: '<ROLLCALL_URL>/saml/<connection id>/metadata',
  spMetadataUrl: '<ROLLCALL_URL>/saml/<connection id>/metadata',
  loginUrl: '<ROLLCALL_URL>/saml/<connection id>/login',
  redirectUri: '<ROLLCALL_URL>/sso/callback/<connection id>',
  logoutUri: '<ROLLCALL_URL>/sso/logout/<connection id>',
  scimBaseUrl: '<ROLLCALL_URL>/scim/v2',
  tokenUrl: '<ROLLCALL_URL>/scim/oauth/token',
  apiKey: '<the API key, shown once>',
}

/** File name -> text. */
export function renderGuides(): ReadonlyMap<string, string> {
  const files = new Map<string, string>()
  const providers = Object.keys(ssoGuides) as Provider[]
  for (const provider of providers) files.set(`${provider}.md`, renderProvider(provider))
  const lines = providers.map(
    (provider) =>
      `- [${ssoGuides[provider].name}](${provider}.md)${scimGuides[provider] === undefined ? ': single sign-on only' : ''}`,
  )
  files.set(
    'README.md',
    `# Guides\n\nHow to connect each identity provider. The console shows the same guides with your own values filled in, beside the places where theirs are entered: "this page", "here" and "below" mean the console.\n\n- Single sign-on: the page of a connection. **Single Sign-On** > **Connect an identity provider** makes one, and with it the connection id.\n- Provisioning: **User Provisioning**, once it is switched to SCIM.\n\nThe guides:\n\n${lines.join('\n')}\n`,
  )
  return files
}

function renderProvider(provider: Provider): string {
  const scim = scimGuides[provider]
  const without = withoutScim[provider]
  return [
    `# ${ssoGuides[provider].name}`,
    `## Single sign-on (SAML 2.0)\n\n${renderGuide(ssoGuides[provider])}`,
    `## Single sign-on (OpenID Connect)\n\n${renderGuide(oidcGuides[provider])}`,
    scim === undefined
      ? `## Provisioning\n\n${without ?? ''}`
      : `## Provisioning (SCIM 2.0)\n\n${renderGuide(scim)}`,
    ...renderSources([ssoGuides[provider], oidcGuides[provider], scim]),
  ]
    .join('\n\n')
    .concat('\n')
}

function renderSources(guides: readonly (Guide | undefined)[]): string[] {
  const sources = new Set(guides.flatMap((guide) => (guide === undefined ? [] : listSources(guide))))
  if (sources.size === 0) return []
  const lines = [...sources].map(({ title, url, lookedAt }) => `- [${title}](${url}), ${lookedAt}`)
  return [
    `## Where the labels are from\n\nThe vendor's labels, in bold and as names of fields, stand so on these pages, read on the day beside them. What none of them shows is described.\n\n${lines.join('\n')}`,
  ]
}

function renderGuide(guide: Guide): string {
  const sections = guide.sections.map(
    ({ title, steps }) =>
      `### ${title}\n\n${steps.map((step, at) => `${at + 1}. ${renderStep(step)}`).join('\n')}`,
  )
  const notes =
    guide.notes.length === 0 ? [] : [`Good to know:\n\n${guide.notes.map((note) => `- ${note}`).join('\n')}`]
  return [`Where: ${guide.where}`, ...sections, ...notes].join('\n\n')
}

function renderStep({ text, values = [], table }: GuideStep): string {
  const pasted = values.map(({ label, value }) => `   - ${label}: \`${placeholders[value]}\``)
  const rows =
    table === undefined
      ? []
      : [
          '',
          `   | ${table.head.join(' | ')} |`,
          '   |---|---|',
          ...table.rows.map((row) => `   | ${row.join(' | ')} |`),
          '',
        ]
  return [text, ...pasted, ...rows].join('\n')
}
