import { spawnSync } from 'node:child_process'

// `npm run check`: types, lint, format, unused. Runs all four, so that one run names everything there is to mend.

const checks = [
  { name: 'types', command: ['typescript/bin/tsc', '-b'] },
  { name: 'lint', command: ['oxlint/bin/oxlint'] },
  { name: 'format', command: ['oxfmt/bin/oxfmt', '--check'] },
  { name: 'unused', command: ['knip/bin/knip.js', '--no-progress'] },
] as const

const failed = checks.filter(({ name, command: [tool, ...options] }) => {
  console.log(`check: ${name}`)
  const run = spawnSync(process.execPath, [`node_modules/${tool}`, ...options], { stdio: 'inherit' })
  return run.status !== 0
})

if (failed.length > 0) {
  console.error(`check failed: ${failed.map(({ name }) => name).join(', ')}`)
  process.exitCode = 1
} else {
  console.log('check passed')
}
