// What stands at the end of every header: language, colours, and who one is.
import { ActionIcon, Button, Group, Menu, useMantineColorScheme } from '@mantine/core'
import {
  IconArrowLeft,
  IconDeviceDesktop,
  IconDevicesOff,
  IconLanguage,
  IconLogout,
  IconMoon,
  IconSun,
  IconUser,
} from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { queryClient, useChange } from '../base/api.ts'
import { isBranded, productName } from '../base/brand.ts'
import { isFramed } from '../base/frame.ts'
import { catalogues, type Language, languages, useWords } from '../i18n/language.tsx'
import { useSession, useSessionName } from './session.tsx'

/** The way back to where the link into the settings came from, and the three menus of a header. */
export function Tools(): ReactNode {
  return (
    <Group gap={4} wrap="nowrap">
      <WayBack />
      <LanguageMenu />
      <SchemeMenu />
      <AccountMenu />
    </Group>
  )
}

/** To the page that the link into the settings came from; out of a frame, too. */
export function WayBack(): ReactNode {
  const { t } = useWords()
  const { returnUrl } = useSession()
  const target = returnUrl === null ? null : URL.parse(returnUrl)
  if (target === null) return null
  const label = t('tools.backTo', { host: isBranded ? productName : target.host })
  const leave = isFramed ? { target: '_top' } : {}
  return (
    <>
      <Button
        component="a"
        href={target.href}
        {...leave}
        variant="default"
        size="compact-md"
        visibleFrom="md"
        leftSection={<IconArrowLeft className="rc-arrow" size={16} aria-hidden="true" />}
      >
        {label}
      </Button>
      <ActionIcon
        component="a"
        href={target.href}
        {...leave}
        variant="default"
        size={38}
        hiddenFrom="md"
        aria-label={label}
      >
        <IconArrowLeft className="rc-arrow" size={20} aria-hidden="true" />
      </ActionIcon>
    </>
  )
}

function ToolMenu(props: {
  readonly label: string
  readonly icon: ReactNode
  readonly children: ReactNode
}): ReactNode {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          c="var(--mantine-color-text)"
          size={38}
          aria-label={props.label}
        >
          {props.icon}
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>{props.children}</Menu.Dropdown>
    </Menu>
  )
}

function nameOf(code: Language): string {
  const { name, draft } = catalogues[code]
  return draft === null ? name : `${name} (${draft})`
}

function LanguageMenu(): ReactNode {
  const { t, language, choose } = useWords()
  return (
    <ToolMenu label={t('tools.language')} icon={<IconLanguage size={20} />}>
      {languages.map((code) => (
        <Menu.Item key={code} lang={code} fw={code === language ? 650 : 400} onClick={() => choose(code)}>
          {nameOf(code)}
        </Menu.Item>
      ))}
    </ToolMenu>
  )
}

const schemes = [
  { name: 'light', icon: IconSun },
  { name: 'dark', icon: IconMoon },
  { name: 'auto', icon: IconDeviceDesktop },
] as const

function SchemeMenu(): ReactNode {
  const { t } = useWords()
  const { setColorScheme, colorScheme } = useMantineColorScheme()
  return (
    <ToolMenu label={t('tools.scheme')} icon={<IconSun size={20} />}>
      {schemes.map(({ name, icon: Icon }) => (
        <Menu.Item
          key={name}
          leftSection={<Icon size={16} aria-hidden="true" />}
          fw={name === colorScheme ? 650 : 400}
          onClick={() => setColorScheme(name)}
        >
          {t(`tools.${name}`)}
        </Menu.Item>
      ))}
    </ToolMenu>
  )
}

function AccountMenu(): ReactNode {
  const { t } = useWords()
  const session = useSession()
  const name = useSessionName()
  const { mutate: signOut } = useChange('endSession', [])
  const { mutate: signOutEverywhere } = useChange('endOwnSessions', [])
  const leave = { onSuccess: () => void queryClient.resetQueries() }
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          c="var(--mantine-color-text)"
          px="xs"
          aria-label={t('tools.account', { label: name })}
        >
          <IconUser size={20} />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('tools.youAre', { label: name, role: t(`rung.${session.rung}`) })}</Menu.Label>
        <Menu.Item
          leftSection={<IconLogout size={16} aria-hidden="true" />}
          onClick={() => signOut({}, leave)}
        >
          {t('tools.signOut')}
        </Menu.Item>
        {session.userId !== null && (
          <Menu.Item
            leftSection={<IconDevicesOff size={16} aria-hidden="true" />}
            onClick={() => signOutEverywhere({}, leave)}
          >
            {t('tools.signOutEverywhere')}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}
