import { styleNonce } from './boot.ts'
import '@mantine/core/styles.css'
import { createTheme, MantineProvider } from '@mantine/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import type { ReactNode } from 'react'
import { createRoot } from 'react-dom/client'

const theme = createTheme({ primaryColor: 'teal', defaultRadius: 'md', cursorType: 'pointer' })
const queries = new QueryClient({ defaultOptions: { queries: { retry: 1, refetchOnWindowFocus: true } } })

/** What every page of this folder stands in. Imported before what it shows: it brings `boot.ts`. */
export function renderPage(page: ReactNode): void {
  const root = document.getElementById('root')
  if (root === null) throw new Error('the page has no root')
  createRoot(root).render(
    <StrictMode>
      <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={styleNonce}>
        <QueryClientProvider client={queries}>{page}</QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  )
}
