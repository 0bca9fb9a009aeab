import { createRequire } from 'node:module'
import { peerClient } from './client.js'

const require = createRequire(import.meta.url)
const { replicateServer } = require('rxdb-server/plugins/replication-server')

/** rxdb-server's own client. */
peerClient(({ collection, url, name, live, pull, push }) =>
  replicateServer({
    collection,
    replicationIdentifier: name,
    url: `${url}/${name}/0`,
    live,
    waitForLeadership: false,
    ...(pull === undefined ? {} : { pull: { batchSize: pull } }),
    ...(push === undefined ? {} : { push: { batchSize: push } }),
  }),
)
