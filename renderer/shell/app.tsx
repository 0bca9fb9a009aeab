import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { RouterProvider } from '@tanstack/react-router'
import { useState } from 'react'
import type { HostBridge } from '#app/host/index.ts'
import type { Replica, ReplicaGate } from '#renderer/replica/contract.ts'
import { ReplicaProvider } from '#renderer/ui/data/replica-context.tsx'
import { ErrorBoundary } from '#renderer/ui/feedback/error-boundary.tsx'
import { theme } from '../styles/index.ts'
import { styleNonce } from './boot/nonce.ts'
import { CommandsProvider } from './commands/commands-context.tsx'
import { Gate } from './gate/gate.tsx'
import { LockProvider } from './lock/lock-context.tsx'
import { ModulesProvider } from './modules-context.tsx'
import { createRoundsRouter } from './navigation/routes.tsx'
import type { UiModule } from './ui-module.ts'

type AppProps = {
  readonly host: HostBridge
  readonly gate: ReplicaGate
  readonly modules: readonly UiModule[]
}

export function App({ host, gate, modules }: AppProps) {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={styleNonce}>
      <Notifications position="bottom-right" limit={4} />
      <ErrorBoundary>
        <Gate host={host} gate={gate}>
          {(replica) => <Unlocked host={host} replica={replica} modules={modules} />}
        </Gate>
      </ErrorBoundary>
    </MantineProvider>
  )
}

type UnlockedProps = Pick<AppProps, 'host' | 'modules'> & { readonly replica: Replica }

/** What is there while a replica is open. */
function Unlocked({ host, replica, modules }: UnlockedProps) {
  const [router] = useState(createRoundsRouter)
  return (
    <ReplicaProvider value={replica}>
      <LockProvider host={host}>
        <ModulesProvider value={modules}>
          <CommandsProvider>
            <RouterProvider router={router} />
          </CommandsProvider>
        </ModulesProvider>
      </LockProvider>
    </ReplicaProvider>
  )
}
