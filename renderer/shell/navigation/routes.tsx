import { createHashHistory, createRootRoute, createRoute, createRouter } from '@tanstack/react-router'
import { z } from 'zod'
import { HomeScreen } from '../home/home-screen.tsx'
import { Layout } from '../layout/layout.tsx'
import { PassphraseScreen } from '../passphrase/passphrase-screen.tsx'
import { SyncCentre } from '../sync/sync-centre.tsx'
import { ModuleRoute } from './module-route.tsx'
import { NotFound } from './not-found.tsx'

// Addresses name modules and random ids, never what is typed or shown. They stand behind the hash: one page serves all
// of them, from the server, from the service worker and from app://.

const root = createRootRoute({ component: Layout, notFoundComponent: NotFound })

const home = createRoute({ getParentRoute: () => root, path: '/', component: HomeScreen })
const sync = createRoute({ getParentRoute: () => root, path: '/sync', component: SyncCentre })
const passphrase = createRoute({
  getParentRoute: () => root,
  path: '/passphrase',
  component: PassphraseScreen,
})

const list = createRoute({
  getParentRoute: () => root,
  path: '/$module',
  component: function ListRoute() {
    return <ModuleRoute module={list.useParams().module}>{({ List }) => <List />}</ModuleRoute>
  },
})

/** Ids by field that a new record starts with. */
const idsSchema = z.union([z.string(), z.array(z.string())])
const givenSchema = z.object({ given: z.record(z.string(), idsSchema).default({}).catch({}) })

const create = createRoute({
  getParentRoute: () => root,
  path: '/$module/new',
  validateSearch: (search): { given?: Record<string, string | string[]> } => {
    const { given } = givenSchema.parse(search)
    return Object.keys(given).length === 0 ? {} : { given }
  },
  component: function CreateRoute() {
    const { given = {} } = create.useSearch()
    return (
      <ModuleRoute module={create.useParams().module}>{({ Create }) => <Create given={given} />}</ModuleRoute>
    )
  },
})

const record = createRoute({
  getParentRoute: () => root,
  path: '/$module/$id',
  component: function RecordRoute() {
    const { module, id } = record.useParams()
    return <ModuleRoute module={module}>{({ Record }) => <Record key={id} id={id} />}</ModuleRoute>
  },
})

const edit = createRoute({
  getParentRoute: () => root,
  path: '/$module/$id/edit',
  component: function EditRoute() {
    const { module, id } = edit.useParams()
    return <ModuleRoute module={module}>{({ Edit }) => <Edit key={id} id={id} />}</ModuleRoute>
  },
})

const routeTree = root.addChildren([home, sync, passphrase, list, create, record, edit])

export function createRoundsRouter() {
  return createRouter({
    routeTree,
    history: createHashHistory(),
    defaultPreload: false,
    scrollRestoration: false,
  })
}

declare module '@tanstack/react-router' {
  // The router's own way to make addresses typed everywhere.
  interface Register {
    router: ReturnType<typeof createRoundsRouter>
  }
}
