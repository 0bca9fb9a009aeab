import { execFile } from 'node:child_process'
import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { chromium } from 'playwright-core'
import type { Browser, BrowserContext, LaunchOptions } from 'playwright-core'
import { root } from './targets.ts'

// A browser for tests: the one that CHROME names, the system's, or the one that npm brought. Nothing is downloaded.

export type BrowserProgram = { readonly path: string; readonly environment: Readonly<Record<string, string>> }
export type BrowserChoice = {
  /** False hides the system's browsers, so that the one of npm is proven too. */
  readonly system?: boolean
  /** Further switches; and those of Playwright's own that are left out, where a test wants what people have. */
  readonly switches?: readonly string[]
  readonly without?: readonly string[]
}

const names = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'microsoft-edge',
  'chrome',
  'msedge',
]
const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ...['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA'].flatMap((name) => {
    const folder = process.env[name]
    if (folder === undefined) return []
    return [
      join(folder, 'Google/Chrome/Application/chrome.exe'),
      join(folder, 'Microsoft/Edge/Application/msedge.exe'),
    ]
  }),
]

export async function findBrowser({ system = true }: BrowserChoice = {}): Promise<BrowserProgram> {
  const own = system ? systemBrowser() : null
  if (own !== null) return { path: own, environment: {} }
  if (process.platform === 'linux' && process.arch === 'x64') return npmBrowser()
  throw new Error(
    'No browser for the tests: install Chromium, Chrome or Edge, or name one in the variable CHROME.',
  )
}

/** A browser without a profile of its own: each context starts empty. */
export async function launchBrowser(choice: BrowserChoice = {}): Promise<Browser> {
  return chromium.launch(optionsFor(await findBrowser(choice), choice))
}

/** A browser on a profile folder: opened again later, it finds what pages have stored. */
export async function openProfile(folder: string, choice: BrowserChoice = {}): Promise<BrowserContext> {
  const options = optionsFor(await findBrowser(choice), choice)
  return chromium.launchPersistentContext(folder, { ...options, viewport: { width: 1280, height: 800 } })
}

function optionsFor(
  { path, environment }: BrowserProgram,
  { switches = [], without = [] }: BrowserChoice,
): LaunchOptions {
  const isRoot = process.getuid?.() === 0
  return {
    executablePath: path,
    headless: true,
    chromiumSandbox: !isRoot,
    args: [
      '--disable-background-networking',
      '--disable-component-update',
      ...(isRoot ? ['--no-sandbox'] : []),
      ...switches,
    ],
    ignoreDefaultArgs: [...without],
    env: { ...definedEnvironment(), ...environment },
  }
}

function definedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}

function systemBrowser(): string | null {
  const named = process.env['CHROME']
  if (named !== undefined && named !== '') {
    if (!isProgram(named)) throw new Error('The variable CHROME names no program that can be run.')
    return named
  }
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  const candidates = [...names.flatMap((name) => folders.map((folder) => join(folder, name))), ...places]
  return candidates.find(isProgram) ?? null
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

const unpackScript = `
  const { default: chromium } = await import('@sparticuz/chromium')
  await chromium.executablePath()
`

/**
 * Chromium out of the npm package. It unpacks into the temporary folder and, told that it runs on Lambda, brings its own
 * libraries; so it gets a folder and an environment of its own. The folder appears under its final name only when it is
 * whole, since tests start side by side and may be killed.
 */
async function npmBrowser(): Promise<BrowserProgram> {
  const cache = join(root, 'node_modules/.cache')
  const folder = join(cache, `rounds-chromium-${packageVersion('@sparticuz/chromium')}`)
  if (!existsSync(folder)) {
    await mkdir(cache, { recursive: true })
    const staging = await mkdtemp(join(cache, 'rounds-chromium-'))
    await promisify(execFile)(process.execPath, ['--input-type=module', '-e', unpackScript], {
      cwd: root,
      env: { ...process.env, TMPDIR: staging, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' },
    })
    await writeFile(join(staging, 'fonts/fonts.conf'), fontsOf(folder))
    await rename(staging, folder).catch(async (fault: unknown) => {
      await rm(staging, { recursive: true, force: true })
      if (!existsSync(folder)) throw fault
    })
  }
  const environment = { LD_LIBRARY_PATH: join(folder, 'al2023/lib'), FONTCONFIG_PATH: join(folder, 'fonts') }
  return { path: join(folder, 'chromium'), environment }
}

/** The package's own file names folders of Lambda; a machine without any font would find none. */
function fontsOf(folder: string): string {
  const places = `<dir>${join(folder, 'fonts')}</dir><dir>/usr/share/fonts</dir>`
  return `<?xml version="1.0"?><fontconfig>${places}<cachedir>${join(folder, 'fonts-cache')}</cachedir></fontconfig>\n`
}

function packageVersion(name: string): string {
  const require = createRequire(import.meta.url)
  const manifest: unknown = require(join(root, 'node_modules', name, 'package.json'))
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest)
    return String(manifest.version)
  throw new Error(`${dirname(name)} has no version`)
}
