import { useMemo } from 'react'
import { permissionFor, placesOf } from '#app/access/index.ts'
import type { Permission, Subject } from '#app/access/index.ts'
import { instant, systemClock } from '#app/kernel/index.ts'
import type { AnyModule } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { ModuleName } from '#app/modules/index.ts'
import { useReplica } from './replica-context.tsx'

/** A module where its fields are not known at compile time. */
export function anyModule(name: ModuleName): AnyModule {
  return modules[name]
}

/** What the user may do with one record of the module. The server decides in the end; this shapes the screen. */
export function usePermission(name: ModuleName, scopes: readonly string[]): Permission {
  const { subject } = useReplica()
  const key = scopes.join(' ')
  return useMemo(
    () => permissionFor(subject, anyModule(name), key === '' ? [] : key.split(' '), instant(systemClock)),
    [subject, name, key],
  )
}

/** What the user may do with some record of the module, wherever it lies in their scopes. */
export function broadestPermission(subject: Subject, name: ModuleName): Permission {
  return permissionFor(subject, anyModule(name), placesOf(subject), instant(systemClock))
}

export function useBroadestPermission(name: ModuleName): Permission {
  const { subject } = useReplica()
  return useMemo(() => broadestPermission(subject, name), [subject, name])
}
