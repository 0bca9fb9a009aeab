import { createContext, use, useMemo } from 'react'
import type { ModuleName } from '#app/modules/index.ts'
import { useReplica } from '#renderer/ui/data/replica-context.tsx'
import { broadestPermission } from '#renderer/ui/data/use-permission.ts'
import type { Presentation } from '#renderer/ui/record/presentation.ts'
import type { ModuleScreens, UiModule } from './ui-module.ts'

const ModulesContext = createContext<readonly UiModule[]>([])

/** The shell knows modules by what they hand in; it imports none. */
export const ModulesProvider = ModulesContext

export function useModules(): readonly UiModule[] {
  return use(ModulesContext)
}

export type ScreenedModule = {
  readonly name: ModuleName
  readonly screens: ModuleScreens
  readonly creates: boolean
}

/** The modules with screens that the user may see anything of, in the order in which they were handed in. */
export function useScreenedModules(): readonly ScreenedModule[] {
  const modules = useModules()
  const { subject } = useReplica()
  return useMemo(
    () =>
      modules.flatMap(({ name, screens }) => {
        if (screens === null) return []
        const permission = broadestPermission(subject, name)
        return permission.visible ? [{ name, screens, creates: permission.create }] : []
      }),
    [modules, subject],
  )
}

/** How each module's records are shown, for pages that show records of any. */
export function usePresentations(): ReadonlyMap<ModuleName, Presentation> {
  const modules = useModules()
  return useMemo(() => new Map(modules.map(({ name, presentation }) => [name, presentation])), [modules])
}
