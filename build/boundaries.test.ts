import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from './targets.ts'

// The arrows between the rooms hold because the linter and the compiler refuse what breaks them. Here both are run, as
// `npm run check` runs them, over a house in miniature.

const run = promisify(execFile)

/** The file, and what it imports. */
const refused: readonly (readonly [file: string, specifier: string])[] = [
  ['app/kernel/a.ts', '#app/modules/index.ts'],
  ['app/kernel/b.ts', '../protocol/index.ts'],
  ['app/kernel/c.ts', 'node:fs'],
  ['app/kernel/d.ts', 'react'],
  ['app/kernel/e.ts', '#app/testing/index.ts'],
  ['app/protocol/a.ts', '#app/modules/index.ts'],
  ['app/protocol/b.ts', '../../renderer/replica/contract.ts'],
  ['app/merge/a.ts', '#sync-server/config.ts'],
  ['app/host/a.ts', '#main/keys.ts'],
  ['app/modules/cases/a.ts', '../patients/schema.ts'],
  ['app/modules/cases/b.ts', '#app/modules/patients/schema.ts'],
  ['app/modules/cases/c.ts', '#build/targets.ts'],
  ['main/a.ts', '#renderer/replica/contract.ts'],
  ['main/b.ts', '#sync-server/config.ts'],
  ['main/c.ts', 'react'],
  ['main/d.ts', '#app/modules/index.ts'],
  ['renderer/replica/a.ts', '../ui/button.tsx'],
  ['renderer/replica/b.ts', '#sync-server/config.ts'],
  ['renderer/replica/c.ts', 'react'],
  ['renderer/replica/d.ts', 'node:crypto'],
  ['renderer/ui/a.ts', '../modules/cases/index.ts'],
  ['renderer/ui/b.ts', 'rxdb'],
  ['renderer/ui/c.ts', '#main/keys.ts'],
  ['renderer/shell/a.ts', '../modules/cases/index.ts'],
  ['renderer/shell/b.ts', 'electron'],
  ['renderer/modules/cases/a.ts', '#app/modules/patients/schema.ts'],
  ['renderer/modules/cases/b.ts', '#sync-server/config.ts'],
  ['renderer/modules/cases/c.ts', 'dexie'],
  ['sync-server/a.ts', '#renderer/replica/contract.ts'],
  ['sync-server/b.ts', '../main/keys.ts'],
  ['sync-server/c.ts', 'electron'],
  ['sync-server/d.ts', '#app/testing/index.ts'],
  ['sync-server/e.ts', '#build/testing/postgres.ts'],
  ['sync-server/console/a.ts', '../store/index.ts'],
]

const admitted: readonly (readonly [file: string, specifier: string])[] = [
  ['app/kernel/z.ts', 'zod'],
  ['app/protocol/z.ts', '#app/kernel/index.ts'],
  ['app/modules/cases/z.ts', '../patients/index.ts'],
  ['app/modules/cases/x.ts', '../shared/links.ts'],
  ['app/modules/cases/y.ts', '../../kernel/index.ts'],
  ['main/z.ts', '#app/host/index.ts'],
  ['main/y.ts', 'electron'],
  ['renderer/replica/z.ts', '#app/modules/index.ts'],
  ['renderer/ui/z.ts', '../replica/contract.ts'],
  ['renderer/modules/cases/z.ts', '../../ui/index.ts'],
  ['renderer/modules/cases/y.ts', '../patients/patient-name.tsx'],
  ['sync-server/z.ts', '#app/modules/index.ts'],
  ['sync-server/y.ts', 'node:fs'],
  ['sync-server/x.test.ts', '#build/testing/postgres.ts'],
  ['sync-server/console/z.ts', '../console-api/protocol/console.ts'],
  ['e2e/z.test.ts', '#sync-server/config.ts'],
]

const forms = [
  (specifier: string) => `import { one } from '${specifier}'\nexport const two = one\n`,
  (specifier: string) => `import type { one } from '${specifier}'\nexport type Two = one\n`,
  (specifier: string) => `export { one } from '${specifier}'\n`,
  (specifier: string) => `export * from '${specifier}'\n`,
  (specifier: string) => `export const two = import('${specifier}')\n`,
  (specifier: string) => `export type Two = import('${specifier}').one\n`,
]

let house = ''

beforeAll(async () => {
  house = await mkdtemp(join(tmpdir(), 'rounds-house-'))
})

afterAll(async () => {
  await rm(house, { recursive: true, force: true })
})

describe('the arrows between the rooms', () => {
  it('are refused by the linter where the plan has none, in every form of an import', async () => {
    for (const [file, specifier] of refused) {
      for (const [index, form] of forms.entries())
        await put(file.replace('.ts', `-${index}.ts`), form(specifier))
    }
    for (const [file, specifier] of admitted)
      await put(file, `import { one } from '${specifier}'\nexport const two = one\n`)
    const found = new Set(await filesThatBreakArrows())
    const missed = refused.flatMap(([file]) => forms.map((_, index) => file.replace('.ts', `-${index}.ts`)))
    expect(missed.filter((file) => !found.has(file))).toEqual([])
    expect(admitted.map(([file]) => file).filter((file) => found.has(file))).toEqual([])
  })
})

describe('app', () => {
  it('does not compile with a browser or with Node in it', async () => {
    await put(
      'app/tsconfig.json',
      JSON.stringify({ extends: join(root, 'app/tsconfig.json'), include: ['globals.ts'] }),
    )
    await put(
      'app/globals.ts',
      'export const a = process.pid\nexport const b = document.title\nexport const c = window\n',
    )
    const output = await failing('typescript/bin/tsc', [
      '-p',
      'app',
      '--noEmit',
      '--composite',
      'false',
      '--rootDir',
      '.',
    ])
    for (const name of ['process', 'document', 'window'])
      expect(output).toContain(`Cannot find name '${name}'`)
  })
})

async function put(file: string, text: string): Promise<void> {
  const path = join(house, file)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
}

async function filesThatBreakArrows(): Promise<string[]> {
  const output = await failing('oxlint/bin/oxlint', ['-c', join(root, '.oxlintrc.json'), '-f', 'json', '.'])
  const { diagnostics } = JSON.parse(output) as { diagnostics: { code: string; filename: string }[] }
  return diagnostics.filter(({ code }) => code === 'house(arrows)').map(({ filename }) => filename)
}

/** What a tool of the house prints when it refuses; throws when it accepts. */
async function failing(tool: string, options: readonly string[]): Promise<string> {
  const command = [join(root, 'node_modules', tool), ...options]
  const outcome = await run(process.execPath, command, { cwd: house, maxBuffer: 64 * 1024 * 1024 }).catch(
    (thrown: unknown) => thrown,
  )
  if (outcome instanceof Error && 'stdout' in outcome && 'stderr' in outcome)
    return `${String(outcome.stdout)}${String(outcome.stderr)}`
  throw new Error(`${tool} accepted what it should refuse`)
}
