import { AppError, remedy } from '#app/kernel/index.ts'
import { configFrom } from './config.ts'
import { startServer } from './server.ts'

// Runs the server in this process: progress on stdout, failures on stderr by code, sentence and remedy.

try {
  const config = configFrom(process.env)
  const running = await startServer(config, { say: (line) => console.log(line), logAhead: true })
  let closing = false
  const stop = () => {
    if (closing) return
    closing = true
    // Whatever hangs must not keep the process: every commit is durable as it is.
    setTimeout(() => process.exit(1), 5000).unref()
    void running.close().then(() => process.exit(0))
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  const place = config.databaseUrl === null ? config.dataFolder : 'PostgreSQL'
  console.log(`data in ${place}, HL7 (MLLP) on port ${running.mllpPort}`)
  console.log(`Rounds is ready on ${running.url}`)
} catch (thrown) {
  console.error(explain(thrown))
  process.exitCode = 1
}

function explain(thrown: unknown): string {
  if (thrown instanceof AppError) return `${thrown.message}\n${remedy(thrown.code, thrown.facts)}`
  return `internal: ${thrown instanceof Error ? thrown.message : 'the server could not start'}`
}
