import { Suspense } from 'react'
import type { ReactNode } from 'react'
import { ErrorBoundary } from '#renderer/ui/feedback/error-boundary.tsx'
import { useScreenedModules } from '../modules-context.tsx'
import type { ModuleScreens } from '../ui-module.ts'
import { NotFound } from './not-found.tsx'

type ModuleRouteProps = { readonly module: string; readonly children: (screens: ModuleScreens) => ReactNode }

/** The screen of the module that an address names, if there is one that the user may see. */
export function ModuleRoute({ module, children }: ModuleRouteProps) {
  const found = useScreenedModules().find(({ name }) => name === module)
  if (found === undefined) return <NotFound />
  return (
    <ErrorBoundary key={module}>
      <Suspense>{children(found.screens)}</Suspense>
    </ErrorBoundary>
  )
}
