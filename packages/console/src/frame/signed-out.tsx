// What a visitor sees who is nobody here, or who may not open the settings.
import { Anchor, Button, Stack, Text, Title } from '@mantine/core'
import { toHelpUrl } from '@rollcall/api'
import { type ReactNode, useEffect } from 'react'
import { ownCommand } from '../base/base-path.ts'
import { brand, isBranded, nameWindow } from '../base/brand.ts'
import { tell } from '../base/frame.ts'
import { links } from '../base/links.ts'
import { useWords } from '../i18n/language.tsx'

/** How to sign in; a person without a role is told that these settings are for administrators. */
export function SignedOut({ isPerson = false }: { readonly isPerson?: boolean }): ReactNode {
  const { t } = useWords()
  const title = isPerson ? t('signedOut.personTitle') : t('signedOut.title')
  useEffect(() => {
    nameWindow(title)
  }, [title])
  return (
    <main style={{ maxWidth: 460, margin: '14vh auto 0', padding: '0 1rem' }}>
      <div className="rc-panel">
        <Stack>
          <Title order={1} size="h3">
            {title}
          </Title>
          <Text>{isPerson ? t('signedOut.person') : t('signedOut.about')}</Text>
          {isBranded || isOfCustomer() ? (
            <Support />
          ) : (
            <Text c="dimmed" size="sm">
              {t('signedOut.operator')} <code className="rc-mono">{ownCommand} operator-link</code>
            </Text>
          )}
          <Button component="a" href={links.signIn()}>
            {t('signedOut.signIn')}
          </Button>
        </Stack>
      </div>
    </main>
  )
}

// A command is for whoever runs the service, and the settings of an organization are opened by customers.
function isOfCustomer(): boolean {
  return location.pathname.includes('/organizations/')
}

function Support(): ReactNode {
  const { t } = useWords()
  const help = toHelpUrl(brand)
  if (help === null) return null
  return (
    <Anchor href={help} underline="always" size="sm">
      {t('brand.help')}
    </Anchor>
  )
}

/** What a frame shows whose session is over; the page around it is told, and may open another. */
export function FrameEnded(): ReactNode {
  const { t } = useWords()
  useEffect(() => tell('session.ended'), [])
  return (
    <main style={{ padding: '1rem' }}>
      <div className="rc-panel">
        <Title order={1} size="h3">
          {t('framed.ended')}
        </Title>
        <Text mt="xs">{t('framed.endedHint')}</Text>
      </div>
    </main>
  )
}
