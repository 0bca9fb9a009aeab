import { createTheme } from '@mantine/core'
import type { CSSVariablesResolver, MantineColorsTuple } from '@mantine/core'

const petrol: MantineColorsTuple = [
  '#eaf6f7',
  '#d6e9eb',
  '#abd2d7',
  '#7cbac2',
  '#56a6b0',
  '#3d9aa5',
  '#2b8a96',
  '#177a87',
  '#0f6b78',
  '#075a66',
]

/** Cool greys: calm behind text in both schemes. */
const dark: MantineColorsTuple = [
  '#d3d8dc',
  '#b4bcc3',
  '#939da6',
  '#707b85',
  '#49535c',
  '#363f47',
  '#2a3239',
  '#1f262c',
  '#191f24',
  '#12171b',
]

const sans =
  'ui-sans-serif, system-ui, "Segoe UI", "Inter", Roboto, "Helvetica Neue", "Noto Sans", sans-serif'

export const theme = createTheme({
  primaryColor: 'petrol',
  primaryShade: { light: 8, dark: 6 },
  colors: { petrol, dark },
  fontFamily: sans,
  headings: { fontFamily: sans, fontWeight: '600' },
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  lineHeights: { xs: '1.35', sm: '1.4', md: '1.45', lg: '1.5', xl: '1.5' },
  defaultRadius: 'sm',
  radius: { xs: '3px', sm: '5px', md: '8px', lg: '12px', xl: '18px' },
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  components: {
    // What is typed would be kept in the browser's own profile, in clear, to be offered again.
    Input: { defaultProps: { autoComplete: 'off' } },
    Button: { defaultProps: { size: 'sm' } },
    Tooltip: { defaultProps: { openDelay: 350, fz: 'xs', withArrow: true } },
    Menu: { defaultProps: { shadow: 'md', withinPortal: true } },
    Modal: { defaultProps: { centered: true, transitionProps: { duration: 120 } } },
  },
})

/** Mantine's own names for what `global.css` decides, so that its parts and ours are of one piece. */
export const cssVariables: CSSVariablesResolver = () => {
  const shared = {
    '--mantine-color-body': 'var(--rounds-surface)',
    '--mantine-color-text': 'var(--rounds-text)',
    '--mantine-color-dimmed': 'var(--rounds-text-soft)',
    '--mantine-color-error': 'var(--rounds-bad)',
    '--mantine-color-placeholder': 'var(--rounds-text-faint)',
    '--mantine-color-default-border': 'var(--rounds-line-strong)',
    '--mantine-color-anchor': 'var(--rounds-accent)',
    ...light('red', 'bad'),
    ...light('yellow', 'warn'),
    ...light('orange', 'warn'),
    ...light('green', 'good'),
    ...light('blue', 'info'),
    ...light('gray', 'quiet'),
    ...light('petrol', 'brand'),
  }
  return { variables: {}, light: shared, dark: shared }
}

/** The light variant of badges, alerts and buttons: a quiet surface with text that is dark (or light) enough to read. */
function light(color: string, tone: string): Readonly<Record<string, string>> {
  return {
    [`--mantine-color-${color}-light`]: `var(--rounds-${tone}-surface)`,
    [`--mantine-color-${color}-light-hover`]: `var(--rounds-${tone}-surface-hover)`,
    [`--mantine-color-${color}-light-color`]: `var(--rounds-${tone})`,
  }
}
