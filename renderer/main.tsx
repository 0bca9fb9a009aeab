import './shell/boot/index.ts'
import { lazy, StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { connectHost } from './host/index.ts'
import { App } from './shell/app.tsx'
import { lateGate } from './shell/gate/late-gate.ts'
import { beginLocking } from './ui/data/locking.ts'
import { keepCodeForOffline } from './shell/keep-code.ts'

const { host, onKeys } = connectHost(import.meta.env.VITE_ROUNDS_VERSION)
const gate = lateGate(
  import('./replica/index.ts').then(({ createReplicaGate }) =>
    createReplicaGate({
      host,
      onKeys,
      onWiped() {
        beginLocking()
        host.restart()
      },
    }),
  ),
)
const root = document.querySelector('#root')
if (root === null) throw new Error('the page has no root')

const loading = import('./unlocked-application.tsx')
const UnlockedApplication = lazy(async () => ({ default: (await loading).UnlockedApplication }))

createRoot(root).render(
  <StrictMode>
    <App host={host} gate={gate}>
      {(replica) => <UnlockedApplication host={host} replica={replica} />}
    </App>
  </StrictMode>,
)
void keepCodeForOffline(host)
