import './shell/boot/index.ts'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { connectHost } from './host/index.ts'
import { uiModules } from './modules/index.ts'
import { createReplicaGate } from './replica/index.ts'
import { App } from './shell/app.tsx'
import { keepCodeForOffline } from './shell/keep-code.ts'

const version = import.meta.env.VITE_ROUNDS_VERSION

const { host, onKeys } = connectHost(version)
const gate = createReplicaGate({ host, onKeys })
const root = document.querySelector('#root')
if (root === null) throw new Error('the page has no root')

createRoot(root).render(
  <StrictMode>
    <App host={host} gate={gate} modules={uiModules} />
  </StrictMode>,
)
void keepCodeForOffline(host)
