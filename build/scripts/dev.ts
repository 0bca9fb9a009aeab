import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createServer } from 'vite'
import { configFrom } from '#sync-server/config.ts'
import { root } from '../targets.ts'
import { describeFailure } from './failure.ts'

// `npm run dev`: the server, restarted when a file of it changes, and the client with hot reload in front of it. The
// development server of Vite knows no nonce, so the content security policy is not in force here.

try {
  const { http } = configFrom(process.env)
  const url = `http://${http.host}:${http.port}`
  const server = spawn(process.execPath, ['--watch', '--watch-preserve-output', 'sync-server/main.ts'], {
    cwd: root,
    stdio: 'inherit',
  })
  const client = await createServer({
    configFile: join(root, 'build/vite/renderer.config.ts'),
    configLoader: 'native',
    // The server admits requests of its own address only, so the proxy speaks in its name.
    server: { proxy: { '/sync': { target: url, changeOrigin: true, headers: { origin: url } } } },
  })
  await client.listen()
  client.printUrls()

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      server.kill('SIGTERM')
      void client.close()
    })
  }
} catch (fault) {
  console.error(describeFailure(fault))
  process.exitCode = 1
}
