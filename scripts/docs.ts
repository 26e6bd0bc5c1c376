// Builds the documentation as a site, in docs/site/dist: `npm run docs`. What it needs is installed into docs/site alone.
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { findBrokenLinks } from '../docs/site/make/check-links.ts'
import { type Form, listPages, type Page, root, showPage } from '../docs/site/make/pages.ts'
import { listSidebar } from '../docs/site/make/sidebar.ts'

const site = resolve(root, 'docs/site')
const dist = join(site, 'dist')
const content = join(site, 'src/content/docs')
const base = new URL(process.env.DOCS_URL ?? 'http://localhost/').pathname.replace(/\/*$/, '/')

function run(command: string, ...args: readonly string[]): void {
  const { status } = spawnSync(command, args, {
    cwd: site,
    stdio: 'inherit',
    shell: process.platform === 'win32',
    env: { ...process.env, ASTRO_TELEMETRY_DISABLED: '1' },
  })
  if (status !== 0) stop(`${command} ${args.join(' ')} ended with ${status}`)
}

function stop(...sentences: readonly string[]): never {
  for (const sentence of sentences) console.error(sentence)
  process.exit(1)
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

/** Installs what the lockfile of docs/site names, where that is not there already. */
function install(): void {
  const [asked, installed] = ['package-lock.json', 'node_modules/.installed-lock.json'].map((name) =>
    join(site, name),
  )
  const isThere =
    asked !== undefined &&
    installed !== undefined &&
    existsSync(installed) &&
    readFileSync(installed, 'utf8') === readFileSync(asked, 'utf8')
  if (isThere || asked === undefined || installed === undefined) return
  run('npm', 'ci', '--no-audit', '--no-fund')
  copyFileSync(asked, installed)
}

const markdownOf = ({ slug }: Page): string => `${slug === '' ? 'index' : slug}.md`

/** A page for Starlight. Its address of the Markdown beside it is in its head and at its end. */
function renderPage(page: Page, text: string): string {
  const { title, description, slug } = page
  const depth = slug === '' ? 0 : slug.split('/').length
  const beside = `${depth === 0 ? './' : '../'.repeat(depth)}${markdownOf(page)}`
  const front = [
    `title: ${JSON.stringify(title)}`,
    `description: ${JSON.stringify(description)}`,
    'editUrl: false',
    `head: [{ tag: link, attrs: { rel: alternate, type: text/markdown, href: ${JSON.stringify(beside)} } }]`,
  ]
  return `---\n${front.join('\n')}\n---\n\n${text}\n\n<p class="beside"><a href="${beside}">This page as Markdown</a></p>\n`
}

const pages = listPages()
const shown = (form: Form) => pages.map((page) => ({ page, ...showPage(page, pages, form, base) }))

const asPages = shown('page')
const broken = asPages.flatMap(({ page, broken: targets }) => targets.map((one) => `${page.source}: ${one}`))
if (broken.length > 0) stop('Links that lead nowhere:', ...broken)

for (const folder of [content, dist, join(site, 'public')]) rmSync(folder, { recursive: true, force: true })
for (const { page, text } of asPages) {
  const isGroup = pages.some(({ slug }) => slug.startsWith(`${page.slug}/`))
  const name = page.slug === '' ? 'index' : isGroup ? `${page.slug}/index` : page.slug
  write(join(content, `${name}.md`), renderPage(page, text))
}
write(join(site, 'src/content/sidebar.json'), JSON.stringify(listSidebar()))
for (const file of new Set(asPages.flatMap(({ files }) => files))) {
  mkdirSync(dirname(join(site, 'public/files', file)), { recursive: true })
  copyFileSync(join(root, file), join(site, 'public/files', file))
}
copyFileSync(join(root, 'packages/console/src/icon.svg'), join(site, 'public/icon.svg'))

install()
run(process.execPath, 'node_modules/astro/bin/astro.mjs', 'build')

for (const { page, text } of shown('markdown'))
  write(join(dist, markdownOf(page)), `# ${page.title}\n\n${text}\n`)
write(join(dist, 'llms.txt'), renderList())
write(
  join(dist, 'llms-full.txt'),
  shown('all')
    .map(({ page, text }) => `# ${page.title}\n\nSource: ${markdownOf(page)}\n\n${text}\n`)
    .join('\n'),
)

/** https://llmstxt.org: a title, a sentence, and lists of links with what each is about. */
function renderList(): string {
  const [first, ...others] = pages
  const parts = Map.groupBy(others, ({ kind, group }) => group ?? kind ?? '')
  const sections = [...parts].map(
    ([name, members]) =>
      `## ${name}\n\n${members.map((page) => `- [${page.title}](${markdownOf(page)}): ${page.description}`).join('\n')}`,
  )
  const whole = 'Everything in one file: [llms-full.txt](llms-full.txt).'
  return `# ${first?.title}\n\n> ${first?.description}\n\n${whole}\n\n${sections.join('\n\n')}\n`
}

const nowhere = findBrokenLinks(dist, base)
if (nowhere.length > 0) stop(`${nowhere.length} links of the built site lead nowhere:`, ...nowhere)
console.log(`${pages.length} pages in docs/site/dist.`)
