// What Starlight makes of the pages that `npm run docs` puts into src/content/docs. DOCS_URL is where the site will be served.

import { readFileSync } from 'node:fs'
import starlight from '@astrojs/starlight'
import { defineConfig, passthroughImageService } from 'astro/config'

const url = process.env.DOCS_URL === undefined ? undefined : new URL(process.env.DOCS_URL)

export default defineConfig({
  ...(url === undefined ? {} : { site: url.origin, base: url.pathname }),
  outDir: './dist',
  trailingSlash: 'always',
  // Pictures are served as they are in docs/images.
  image: { service: passthroughImageService() },
  integrations: [
    starlight({
      title: 'Rollcall',
      description: 'User provisioning for products that are sold to companies, self-hosted.',
      logo: { src: '../../packages/console/src/icon.svg' },
      favicon: '/icon.svg',
      customCss: ['./src/styles/site.css'],
      sidebar: JSON.parse(readFileSync(new URL('./src/content/sidebar.json', import.meta.url), 'utf8')),
      credits: false,
      lastUpdated: false,
      pagination: false,
      tableOfContents: { minHeadingLevel: 2, maxHeadingLevel: 3 },
    }),
  ],
})
