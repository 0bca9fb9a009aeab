import { posix } from 'node:path'

// The map of the house as a table: which folder may import which. The most specific folder counts, a folder may always
// import itself, and what is not named is forbidden. `lint/house.ts` asks it for every import; `boundaries.test.ts`
// proves each arrow.

type Folder = {
  readonly path: string
  readonly may: readonly string[]
  readonly packages: { readonly only: readonly RegExp[] } | { readonly not: readonly RegExp[] }
}

const pure = { only: [/^zod(\/|$)/, /^uuid$/, /^@noble\/hashes\//, /^temporal-polyfill/, /^@casl\/ability$/] }
const screens = {
  not: [/^node:/, /^electron$/, /^rxdb/, /^dexie/, /^libsodium/, /^fastify/, /^kysely$/, /^pg$/],
}
const node = { not: [/^electron$/, /^react/, /^rxdb/, /^dexie/, /^@mantine\//] }
const anything = { not: [/^electron$/] }
const app = [
  'app/kernel',
  'app/values',
  'app/access',
  'app/merge',
  'app/conditions',
  'app/protocol',
  'app/host',
  'app/files',
]
const belowScreens = ['renderer/replica', 'renderer/host', 'renderer/styles']

export const folders: readonly Folder[] = [
  { path: 'app/kernel', may: [], packages: pure },
  { path: 'app/modules', may: app, packages: pure },
  { path: 'app/access-matrix', may: [...app, 'app/modules'], packages: pure },
  { path: 'app/field-rules', may: [...app, 'app/modules'], packages: pure },
  { path: 'app/testing', may: ['app'], packages: { only: [...pure.only, /^fast-check$/, /^vitest$/] } },
  { path: 'app', may: app, packages: pure },
  { path: 'main', may: app, packages: { not: [/^react/, /^rxdb/, /^dexie/, /^fastify/] } },
  {
    path: 'renderer/replica',
    may: ['app'],
    packages: { not: [/^node:/, /^electron$/, /^react/, /^@mantine\//] },
  },
  {
    path: 'renderer/host',
    may: ['app', 'renderer/replica'],
    packages: { not: [/^node:/, /^electron$/, /^react/, /^rxdb/] },
  },
  { path: 'renderer/ui', may: ['app', ...belowScreens, 'renderer/shell'], packages: screens },
  {
    path: 'renderer/shell',
    may: ['app', ...belowScreens, 'renderer/ui'],
    packages: screens,
  },
  {
    path: 'renderer/modules',
    may: ['app', ...belowScreens, 'renderer/ui', 'renderer/shell'],
    packages: screens,
  },
  { path: 'renderer', may: ['app'], packages: screens },
  {
    path: 'sync-server/console',
    may: [
      'app',
      'sync-server/console-api/protocol',
      'sync-server/hl7/code-tables.ts',
      'sync-server/hl7/feed-settings.ts',
      'sync-server/hl7/confidentiality/house-codes.ts',
      'sync-server/hl7/confidentiality/marked-places.ts',
      'sync-server/hl7/parse/charset-names.ts',
    ],
    packages: screens,
  },
  { path: 'sync-server', may: ['app'], packages: node },
  {
    path: 'build',
    may: ['app', 'main', 'renderer', 'sync-server', 'e2e', 'bench', 'package.json'],
    packages: anything,
  },
  { path: 'e2e', may: ['app', 'main', 'renderer', 'sync-server', 'build'], packages: anything },
  { path: 'bench', may: ['app', 'main', 'renderer', 'sync-server', 'build', 'e2e'], packages: anything },
]

/** What tests may import beside what their folder may: test data, contract suites, a database, a browser. */
const forTests = ['app/testing', 'app/modules/index.ts', 'build/testing', 'build/browser.ts']

/** Why `file` may not import `specifier`, or null where it may. `file` is relative to the root, with slashes. */
export function forbidden(file: string, specifier: string): string | null {
  const from = folderOf(file)
  if (from === undefined) return null
  const target = targetOf(file, specifier)
  if (target === null) return forbiddenPackage(file, from, specifier)
  if (isTest(file)) {
    if (forTests.some((path) => within(target, path))) return null
  } else if (/(^|\/)testing\//.test(target)) {
    return 'only tests import from a testing folder'
  }
  const arrow = [from.path, ...from.may].some(
    (path) => within(target, path) && !isStricter(from.path, target),
  )
  if (!arrow) return `${from.path} may not import ${folderOf(target)?.path ?? target}`
  return enteredAside(file, target) ? 'a module is entered through its index.ts only' : null
}

function folderOf(path: string): Folder | undefined {
  return folders
    .filter((folder) => within(path, folder.path))
    .toSorted((a, b) => b.path.length - a.path.length)
    .at(0)
}

function within(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`)
}

/** `app` may import itself, but not `app/modules`, which lies inside it and above it. */
function isStricter(from: string, target: string): boolean {
  return from === 'app' && (within(target, 'app/modules') || within(target, 'app/testing'))
}

function targetOf(file: string, specifier: string): string | null {
  if (specifier.startsWith('#')) return posix.normalize(specifier.slice(1))
  if (specifier.startsWith('.')) return posix.normalize(posix.join(posix.dirname(file), specifier))
  return null
}

function forbiddenPackage(file: string, from: Folder, specifier: string): string | null {
  if (isTest(file) && (specifier === 'vitest' || specifier === 'fast-check' || specifier.startsWith('node:')))
    return null
  const { packages } = from
  const fits = 'only' in packages ? matches(packages.only) : !matches(packages.not)
  return fits ? null : `${from.path} may not import the package ${specifier}`

  function matches(patterns: readonly RegExp[]): boolean {
    return patterns.some((pattern) => pattern.test(specifier))
  }
}

function isTest(file: string): boolean {
  return /\.test\.tsx?$|^(e2e|bench)\/|(^|\/)testing\//.test(file)
}

/** A module of `app` is entered by everybody else through its `index.ts`. What modules share has no such door. */
function enteredAside(file: string, target: string): boolean {
  const module = /^(app\/modules\/(?!shared\/)[^/]+)\/(.+)$/.exec(target)
  if (module?.[1] === undefined || within(file, module[1])) return false
  return !/^index\.tsx?$/.test(module[2] ?? '')
}
