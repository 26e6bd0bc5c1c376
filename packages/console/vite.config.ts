// Builds the console: hashed files under /assets, each with its gzip and brotli form beside it.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

const compress: Plugin = {
  name: 'compress',
  apply: 'build',
  closeBundle() {
    const folder = join(import.meta.dirname, 'dist/assets')
    for (const name of readdirSync(folder)) {
      if (!/\.(?:js|css|svg)$/.test(name)) continue
      const plain = readFileSync(join(folder, name))
      const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }
      for (const [ending, packed] of [
        ['gz', gzipSync(plain, { level: 9 })],
        ['br', brotliCompressSync(plain, quality)],
      ] as const)
        if (packed.byteLength < plain.byteLength) writeFileSync(join(folder, `${name}.${ending}`), packed)
    }
  },
}

export default defineConfig({
  root: import.meta.dirname,
  // Files find each other wherever they are served; the service names them in the page by its public URL.
  base: './',
  plugins: [react(), compress],
  resolve: { conditions: ['source', 'module', 'browser', 'default'] },
  build: {
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Their licences want to go along with what is built of them.
    license: { fileName: 'licences.md' },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1_000,
  },
  server: { proxy: { '/api': 'http://localhost:4000', '/portal': 'http://localhost:4000' } },
})
