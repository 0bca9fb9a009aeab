import { createRequire } from 'node:module'
import { peerClient } from './client.js'

const require = createRequire(import.meta.url)
const { replicateCouchDB } = require('rxdb/plugins/replication-couchdb')

/** RxDB's own client for CouchDB's protocol. Nothing is compressed: everybody is on this machine. */
peerClient(({ collection, url, name, live, pull, push }) =>
  replicateCouchDB({
    collection,
    replicationIdentifier: name,
    url: `${url}/${name}/`,
    live,
    waitForLeadership: false,
    fetch: (address, options) =>
      fetch(address, { ...options, headers: { ...options?.headers, 'accept-encoding': 'identity' } }),
    ...(pull === undefined ? {} : { pull: { batchSize: pull } }),
    ...(push === undefined ? {} : { push: { batchSize: push } }),
  }),
)
