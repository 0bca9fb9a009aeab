import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { Suspense } from 'react'
import type { ReactNode } from 'react'
import type { HostBridge } from '#app/host/index.ts'
import type { Replica, ReplicaGate } from '#renderer/replica/contract.ts'
import { ErrorBoundary } from '#renderer/ui/feedback/error-boundary.tsx'
import { cssVariables, theme } from '../styles/index.ts'
import { styleNonce } from './boot/nonce.ts'
import { Gate } from './gate/gate.tsx'

type AppProps = {
  readonly host: HostBridge
  readonly gate: ReplicaGate
  /** What lies behind the gate. It may still be on its way while the passphrase is typed. */
  readonly children: (replica: Replica) => ReactNode
}

export function App({ host, gate, children }: AppProps) {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={styleNonce}
    >
      <Notifications position="bottom-center" limit={4} />
      <ErrorBoundary>
        <Gate host={host} gate={gate}>
          {(replica) => <Suspense>{children(replica)}</Suspense>}
        </Gate>
      </ErrorBoundary>
    </MantineProvider>
  )
}
