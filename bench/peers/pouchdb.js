// PouchDB as its documentation sets it up in a browser: its default adapter (`idb`, on IndexedDB) and the find plugin.

import PouchDB from 'pouchdb-browser'
import find from 'pouchdb-find'

export const Pouch = PouchDB.plugin(find)
