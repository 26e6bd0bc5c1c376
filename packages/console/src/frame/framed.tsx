// What stands around a screen in a frame of the product's page: where one can go, and nothing that the product's page has already.
import { Button, Group } from '@mantine/core'
import { type ReactNode, useEffect } from 'react'
import { Link, useLocation } from 'react-router'
import { tell } from '../base/frame.ts'
import { useWords, type WordKey } from '../i18n/language.tsx'
import { Missing } from '../ui/crash.tsx'
import { useMayOpen } from './session.tsx'
import { WayBack } from './tools.tsx'

/** A screen that a frame is for, with the way to the others of them; another one is not there. */
export function Framed(props: {
  readonly places: readonly { readonly word: WordKey; readonly to: string }[]
  readonly here: string | undefined
  readonly children: ReactNode
}): ReactNode {
  const { t } = useWords()
  const mayOpen = useMayOpen()
  const { pathname } = useLocation()
  useEffect(() => {
    const [, screen] = pathname.split('/settings/')
    if (screen !== undefined) tell('navigated', { screen })
  }, [pathname])
  const places = props.places.filter(({ to }) => mayOpen(to))
  return (
    <main id="content" style={{ padding: '1rem' }}>
      <Group mb="md" gap="xs" justify="space-between" className="rc-frame-bar">
        {places.length > 1 && (
          <Group gap={4} component="nav" aria-label={t('nav.label')}>
            {places.map(({ word, to }) => (
              <Button
                key={to}
                component={Link}
                to={to}
                size="compact-md"
                variant={to === props.here ? 'light' : 'subtle'}
                color="gray"
                c="var(--mantine-color-text)"
                aria-current={to === props.here ? 'page' : undefined}
              >
                {t(word)}
              </Button>
            ))}
          </Group>
        )}
        <WayBack />
      </Group>
      {mayOpen(pathname) ? props.children : <Missing />}
    </main>
  )
}
