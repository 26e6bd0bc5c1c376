// Colours, type and direction. Texts keep a contrast of 4.5 to 1 in both schemes (WCAG 2.2 §1.4.3).
import {
  type CSSVariablesResolver,
  colorsTuple,
  createTheme,
  DirectionProvider,
  MantineProvider,
  mergeThemeOverrides,
} from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { accentsOf, shadesOf } from '@rollcall/api/color'
import { type ReactNode, useMemo, useSyncExternalStore } from 'react'
import { brand } from '../base/brand.ts'
import { frameLook, watchLook } from '../base/frame.ts'
import { useWords } from '../i18n/language.tsx'

const nonce = document.querySelector<HTMLMetaElement>('meta[name=nonce]')?.content ?? ''
// Where the scroll lock of dialogs looks for it.
Object.assign(globalThis, { __webpack_nonce__: nonce })

// The product's own colour, where the operator chose one, in the place of indigo.
const own = brand.color === null ? undefined : { shades: shadesOf(brand.color), ...accentsOf(brand.color) }

const theme = createTheme({
  ...(own === undefined ? {} : { colors: { own: colorsTuple([...own.shades]) } }),
  primaryColor: own === undefined ? 'indigo' : 'own',
  primaryShade: 8,
  defaultRadius: 'md',
  cursorType: 'pointer',
  fontFamily: 'system-ui, "Segoe UI", Roboto, "Noto Sans", "Noto Sans Arabic", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
  headings: { fontWeight: '650' },
  components: {
    Modal: { defaultProps: { centered: true, transitionProps: { duration: 0 } } },
    Menu: { defaultProps: { transitionProps: { duration: 0 } } },
    // Its words would pass through colours that nobody can read whenever the scheme changes.
    SegmentedControl: { defaultProps: { transitionDuration: 0 } },
    Tooltip: {
      defaultProps: {
        withArrow: true,
        multiline: true,
        maw: 280,
        events: { hover: true, focus: true, touch: true },
      },
    },
    Select: { defaultProps: { allowDeselect: false } },
  },
})

const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#4b5563',
    '--mantine-color-error': '#b42318',
    '--mantine-color-placeholder': '#6b7280',
    '--mantine-color-anchor': own?.light.accent ?? '#3b5bdb',
  },
  dark: {
    '--mantine-color-dimmed': '#b4bac4',
    '--mantine-color-error': '#ff9d94',
    '--mantine-color-placeholder': '#9aa1ab',
    '--mantine-color-anchor': own?.dark.accent ?? '#91a7ff',
    '--mantine-color-body': '#15181d',
  },
})

/** Gives everything inside its colours, its type and the direction of the language. */
export function ThemeProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const { direction, t } = useWords()
  const close = t('close')
  // The page around a frame says it; anywhere else it stays `auto`.
  const { theme: forced } = useSyncExternalStore(watchLook, frameLook)
  const named = useMemo(
    () =>
      mergeThemeOverrides(theme, {
        components: { Notification: { defaultProps: { closeButtonProps: { 'aria-label': close } } } },
      }),
    [close],
  )
  return (
    <DirectionProvider key={direction} initialDirection={direction} detectDirection={false}>
      <MantineProvider
        theme={named}
        defaultColorScheme="auto"
        {...(forced === 'auto' ? {} : { forceColorScheme: forced })}
        cssVariablesResolver={variables}
        getStyleNonce={() => nonce}
      >
        <Notifications position="bottom-right" autoClose={6000} />
        {children}
      </MantineProvider>
    </DirectionProvider>
  )
}
