// A page with a PouchDB of the browser's own, which replicates from express-pouchdb.

import PouchDB from 'pouchdb-browser'

globalThis.pullAll = async (url, batch) => {
  const local = new PouchDB('peer')
  await local.info()
  const started = performance.now()
  await local.replicate.from(url, { batch_size: batch })
  const milliseconds = performance.now() - started
  return { milliseconds, documents: (await local.info()).doc_count }
}
