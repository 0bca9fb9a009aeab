import '@mantine/spotlight/styles.css'
import { Spotlight } from '@mantine/spotlight'
import { IconSearch } from '@tabler/icons-react'
import { useMemo, useState } from 'react'
import { useObservable } from '#renderer/ui/data/use-observable.ts'
import { useReplica } from '#renderer/ui/data/replica-context.tsx'
import { useNotedSearch } from '#renderer/ui/data/use-noted-reads.ts'
import { anyModule } from '#renderer/ui/data/use-permission.ts'
import type { SearchHit } from '#renderer/replica/contract.ts'
import { commandGroups } from '../commands/command.ts'
import type { Command } from '../commands/command.ts'
import { useListedCommands } from '../commands/commands-context.tsx'
import { HotkeyCaps } from '../help/hotkey-caps.tsx'
import { useScreenedModules } from '../modules-context.tsx'
import { useFirstChosen } from './choose-first.ts'
import { groupedHits } from './grouped-hits.ts'
import { HitAction } from './hit-action.tsx'
import { matchingCommands } from './matching-commands.ts'
import { paletteStore } from './open-palette.ts'
import classes from './palette.module.css'

const mostHits = 24
const mostOfModule = 5

/** One box for everything: records by name, number or phone, and whatever can be done here. */
export function Palette() {
  const [query, setQuery] = useState('')
  const { hits, isWhole } = useHits(query)
  const commands = matchingCommands(useListedCommands(), query)
  useFirstChosen()
  return (
    <Spotlight.Root
      store={paletteStore}
      query={query}
      onQueryChange={setQuery}
      shortcut={null}
      scrollable
      maxHeight={460}
      transitionProps={{ duration: 80 }}
      overlayProps={{ blur: 0, backgroundOpacity: 0.3 }}
      aria-label="Search and commands"
    >
      <Spotlight.Search
        aria-label="Search and commands"
        placeholder="A name, a number, a date, a phone, or what you want to do"
        // What is typed here names patients: the browser shall neither keep it nor send it to a spelling service.
        autoComplete="off"
        spellCheck={false}
        leftSection={<IconSearch size={18} stroke={1.6} />}
      />
      <Spotlight.ActionsList>
        {groupedHits(hits).map((group) => (
          <Spotlight.ActionsGroup key={group.module} label={anyModule(group.module).label.many}>
            {group.hits.map((hit) => (
              <HitAction key={hit.id} hit={hit} />
            ))}
          </Spotlight.ActionsGroup>
        ))}
        {commandGroups.map((group) => {
          const own = commands.filter((command) => command.group === group)
          if (own.length === 0) return null
          return (
            <Spotlight.ActionsGroup key={group} label={group}>
              {own.map((command) => (
                <CommandAction key={command.id} command={command} />
              ))}
            </Spotlight.ActionsGroup>
          )
        })}
        {hits.length === 0 && commands.length === 0 && (
          <Spotlight.Empty>
            {isWhole ? 'Nothing on this device matches' : 'Nothing yet: still reading in the records'}
          </Spotlight.Empty>
        )}
        {!isWhole && hits.length > 0 && (
          <div className={classes['more']} role="status">
            Still reading in the records: there may be more
          </div>
        )}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  )
}

type Hits = { readonly hits: readonly SearchHit[]; readonly isWhole: boolean }

/** Answers at once from what is read in, and again when there is more. Nothing that was typed is kept. */
function useHits(query: string): Hits {
  const replica = useReplica()
  const modules = useScreenedModules()
  const observed = useObservable(replica.searchState$)
  const state = observed.state === 'here' ? observed.value : null
  const hits = useMemo(() => {
    if (state === null || query.trim().length < 2) return []
    const names = modules.map(({ name }) => name)
    return replica.search(query, {
      modules: names,
      limit: mostHits,
      perModule: mostOfModule,
      patience: 'frame',
    })
  }, [replica, modules, query, state])
  useNotedSearch(query, hits)
  return { hits, isWhole: state?.isWhole ?? false }
}

function CommandAction({ command }: { readonly command: Command }) {
  const Sign = command.icon
  return (
    <Spotlight.Action
      label={command.title}
      leftSection={
        Sign === undefined ? (
          <span className={classes['noSign']} />
        ) : (
          <Sign size={18} stroke={1.6} aria-hidden />
        )
      }
      rightSection={command.hotkey === undefined ? undefined : <HotkeyCaps hotkey={command.hotkey} />}
      onClick={() => command.run()}
    />
  )
}
