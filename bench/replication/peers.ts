import { fileURLToPath } from 'node:url'

// The peers and how each is asked. Over the wire both move 5,000 documents a request, so that their own work counts and not
// the number of requests; into a browser 1,000, as our client does. Other sizes were not measured.

export const peerNames = ['rxdb-server', 'express-pouchdb'] as const
export type PeerName = (typeof peerNames)[number]

export type PeerPlan = {
  readonly server: string
  readonly client: string
  /** Documents in one request. */
  readonly batch: { readonly pull: number; readonly push: number; readonly browser: number }
}

const script = (name: string) => fileURLToPath(new URL(`../peers/${name}`, import.meta.url))

export const peers: Readonly<Record<PeerName, PeerPlan>> = {
  'rxdb-server': {
    server: script('rxdb-server.js'),
    client: script('rxdb-client.js'),
    batch: { pull: 5000, push: 5000, browser: 1000 },
  },
  'express-pouchdb': {
    server: script('express-pouchdb.js'),
    client: script('couch-client.js'),
    batch: { pull: 5000, push: 5000, browser: 1000 },
  },
}
