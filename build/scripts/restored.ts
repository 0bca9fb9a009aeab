import { configFrom } from '#sync-server/config.ts'
import { openConfiguredStore } from '#sync-server/configured-store.ts'
import { describeFailure } from './failure.ts'

// `npm run restored`: to be run once after a database was put back from a backup, before the server starts. From then on it
// is another life of the data: every replica compares all it holds, and pushes what the backup has lost.

try {
  const store = await openConfiguredStore(configFrom(process.env))
  if ((await store.identity()) === null) {
    console.error('There is no organisation here. Name the data by ROUNDS_DATA or DATABASE_URL.')
    process.exitCode = 1
  } else {
    const { incarnation, organisation } = await store.renewIncarnation()
    console.log(
      `"${organisation.name}" lives on as ${incarnation}. Start the server: replicas compare all they hold.`,
    )
  }
  await store.close()
} catch (fault) {
  console.error(describeFailure(fault))
  process.exitCode = 1
}
