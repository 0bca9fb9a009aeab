import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from './targets.ts'

// The first file of every script, on the Node that it is started with. An older Node is played by this one, told by a
// preloaded script to give itself out as older.

const run = promisify(execFile)
const older = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } })\n`
let house = ''

beforeAll(async () => {
  house = await mkdtemp(join(tmpdir(), 'rounds-run-'))
  await mkdir(join(house, 'build'))
  await cp(join(root, 'build/run.js'), join(house, 'build/run.js'))
  await writeFile(join(house, 'package.json'), '{ "type": "module" }')
  await writeFile(join(house, 'older.cjs'), older)
  await writeFile(
    join(house, 'said.ts'),
    `const said: string = process.argv.slice(2).join()\nconsole.log(said)\n`,
  )
  await writeFile(
    join(house, 'waits.ts'),
    `setInterval(() => {}, 1000)\nprocess.on('SIGTERM', () => process.exit(7))\nconsole.log('waiting' as string)\n`,
  )
})

afterAll(() => rm(house, { recursive: true, force: true }))

const asOlder = ['--require', './older.cjs', 'build/run.js']

describe.runIf(process.platform === 'linux')('a script of the house', () => {
  it('runs on this Node when it is new enough, with its arguments', async () => {
    const { stdout } = await run(process.execPath, ['build/run.js', 'said.ts', 'one', 'two'], { cwd: house })
    expect(stdout).toBe('one,two\n')
  })

  it('says what is needed when neither this Node nor that of npm will do', async () => {
    const outcome = run(process.execPath, [...asOlder, 'said.ts'], { cwd: house })
    await expect(outcome).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('needs Node 24') })
  })

  it('runs on the Node that npm brought when this one is older, and hands on signals and exit codes', async () => {
    const bin = join(house, `node_modules/node-linux-${process.arch}/bin`)
    await mkdir(bin, { recursive: true })
    await symlink(process.execPath, join(bin, 'node'))
    const { stdout } = await run(process.execPath, [...asOlder, 'said.ts', 'three'], { cwd: house })
    expect(stdout).toBe('three\n')
    const child = spawn(process.execPath, [...asOlder, 'waits.ts'], { cwd: house })
    await once(child.stdout, 'data')
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([7, null])
  })
})
