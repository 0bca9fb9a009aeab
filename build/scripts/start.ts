import { join } from 'node:path'
import { DEMO_PASSWORD, syntheticOrganisation } from '#sync-server/seed/index.ts'
import { configFrom } from '#sync-server/config.ts'
import type { ServerConfig } from '#sync-server/config.ts'
import { startServer } from '#sync-server/server.ts'
import type { RunningServer } from '#sync-server/server.ts'
import { findElectron, whyNoWindow } from '../electron/find-electron.ts'
import { openElectron } from '../electron/open-electron.ts'
import type { ElectronWindow } from '../electron/open-electron.ts'
import { buildStale, root } from '../targets.ts'
import { describeFailure } from './failure.ts'

// `npm start`: the whole of Rounds on this machine. Builds what is stale, starts the server, which fills an empty data
// folder with the synthetic organisation, and opens the client: in Electron where its binary is, else in a browser.
// Downloads nothing.

type Client = { readonly program: string | null; readonly why: string }

const environment = process.env

try {
  const config = configFrom(environment)
  const client = chooseClient()
  await buildStale(
    ['client', 'console', ...(client.program === null ? [] : (['desktop'] as const))],
    console.log,
  )
  const server = await startServer(config, { say: console.log })
  const window = client.program === null ? null : await openElectron(client.program, server.url)
  stopOnSignal(server, window)
  printWhereabouts(config, server, client)
} catch (fault) {
  console.error(describeFailure(fault))
  process.exit(1)
}

function chooseClient(): Client {
  const program = findElectron({ folder: join(root, 'node_modules/electron'), environment })
  if (program === null)
    return { program, why: `Electron's program is not on this machine; to fetch it: npx install-electron` }
  const why = whyNoWindow({ platform: process.platform, isRoot: process.getuid?.() === 0, environment })
  return why === null
    ? { program, why: '' }
    : { program: null, why: `Electron can not open a window here: ${why}` }
}

/** One Ctrl-C may arrive twice: from the terminal, and from the process that npm started first. */
const ECHO = 1_000

/** Ctrl-C stops everything and lets go of the data folder; a second one does not wait. */
function stopOnSignal(server: RunningServer, window: ElectronWindow | null): void {
  let stoppingSince: number | null = null
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop())
  void window?.closed.then(() => {
    if (stoppingSince === null)
      console.log(`The window is closed; the server goes on at ${server.url}. Ctrl-C stops it.`)
  })

  async function stop(): Promise<void> {
    if (stoppingSince !== null) {
      if (performance.now() - stoppingSince > ECHO) process.exit(1)
      return
    }
    stoppingSince = performance.now()
    console.log('stopping ...')
    try {
      await window?.close()
      await server.close()
      process.exit(0)
    } catch (fault) {
      console.error(describeFailure(fault))
      process.exit(1)
    }
  }
}

function printWhereabouts(config: ServerConfig, server: RunningServer, client: Client): void {
  const data = config.databaseUrl === null ? config.dataFolder : 'PostgreSQL (DATABASE_URL)'
  const inBrowser = server.isSynthetic
    ? `${server.url}  (browser host: for synthetic data only)`
    : 'the desktop program on each computer: the data is real, and a browser is not let in'
  const lines = [
    '',
    `  client   ${client.program === null ? inBrowser : 'in its window'}`,
    `  console  ${server.url}/console`,
    `  HL7      MLLP on ${config.mllp.host}:${server.mllpPort}`,
    `  data     ${data}`,
    '',
    ...(server.isSynthetic ? [...demoUsers(), ''] : []),
    ...(client.why === '' ? [] : [`  ${client.why}`, '']),
    client.program === null && server.isSynthetic
      ? `Rounds is ready: open ${server.url}`
      : `Rounds is ready on ${server.url}`,
  ]
  console.log(lines.join('\n'))
}

function demoUsers(): readonly string[] {
  const { users } = syntheticOrganisation({ seed: 'rounds', today: '2026-01-01', zone: 'America/New_York' })
  const width = Math.max(...users.map(({ login }) => login.length))
  const roles = users.map(
    ({ login, name, grants }) => `    ${login.padEnd(width)}  ${name}, ${grants[0]?.role ?? ''}`,
  )
  return [`  Demo users, all with the password ${DEMO_PASSWORD}:`, ...roles]
}
