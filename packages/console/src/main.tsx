// Starts the console: theme, words, data, router. Owns no screen.
import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import './console.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { RouterProvider } from 'react-router/dom'
import { enterFrame, queryClient } from './base/api.ts'
import { basePath } from './base/base-path.ts'
import { showIcon } from './base/brand.ts'
import { beginFrame, frameLook, isFramed, tell, watchLook } from './base/frame.ts'
import { ThemeProvider } from './frame/theme.tsx'
import { LanguageProvider } from './i18n/language.tsx'
import { router } from './router.tsx'

const root = document.getElementById('root')
if (root === null) throw new Error('The page has no root')
// Whoever asks the service itself, without the proxy that is in front of it, may leave out the path of its public URL.
if (!`${location.pathname}/`.startsWith(`${basePath}/`))
  location.replace(basePath + location.pathname + location.search + location.hash)
const around = { now: () => frameLook().language, watch: watchLook }
showIcon()
beginFrame(root)
if (isFramed && (await enterFrame())) tell('ready')
createRoot(root).render(
  <StrictMode>
    <LanguageProvider source={isFramed ? around : undefined}>
      <ThemeProvider>
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </ThemeProvider>
    </LanguageProvider>
  </StrictMode>,
)
