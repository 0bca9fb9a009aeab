import { spawn } from 'node:child_process'

// `npm run bigfile`: the story of files-against-server.test.ts with fifty megabytes, which would be long in every run of the
// tests. ROUNDS_FILE_MB sets another size.

const story = ['run', 'e2e/files-against-server', '-t', 'a file that was added without a network']
const megabytes = process.env['ROUNDS_FILE_MB'] ?? '50'
const started = performance.now()
const child = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', ...story], {
  stdio: 'inherit',
  env: { ...process.env, ROUNDS_FILE_MB: megabytes },
})
child.on('exit', (code) => {
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  process.stdout.write(
    `${megabytes} MB up and down over a bad line, with everything around it: ${seconds} s\n`,
  )
  process.exitCode = code ?? 1
})
