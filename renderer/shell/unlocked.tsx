import { RouterProvider } from '@tanstack/react-router'
import { useState } from 'react'
import type { HostBridge } from '#app/host/index.ts'
import type { Replica } from '#renderer/replica/contract.ts'
import { HostProvider } from '#renderer/ui/data/host-context.tsx'
import { ReplicaProvider } from '#renderer/ui/data/replica-context.tsx'
import { CommandsProvider } from './commands/commands-context.tsx'
import { LockProvider } from './lock/lock-context.tsx'
import { ModulesProvider } from './modules-context.tsx'
import { createRoundsRouter } from './navigation/routes.tsx'
import type { UiModule } from './ui-module.ts'

export type UnlockedProps = {
  readonly host: HostBridge
  readonly replica: Replica
  readonly modules: readonly UiModule[]
}

/** What is there while a replica is open. */
export function Unlocked({ host, replica, modules }: UnlockedProps) {
  const [router] = useState(createRoundsRouter)
  return (
    <HostProvider value={host}>
      <ReplicaProvider value={replica}>
        <LockProvider host={host}>
          <ModulesProvider value={modules}>
            <CommandsProvider>
              <RouterProvider router={router} />
            </CommandsProvider>
          </ModulesProvider>
        </LockProvider>
      </ReplicaProvider>
    </HostProvider>
  )
}
