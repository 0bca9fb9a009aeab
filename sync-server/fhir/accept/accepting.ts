import type { Id } from '#app/kernel/index.ts'
import type { ModuleName, ViewOfModule } from '#app/modules/index.ts'
import type { Element } from '../convert/index.ts'

/** What a stated resource is held against: the record as the client sees it, or a blank one. */
export type AcceptingView<View> = {
  readonly isNew: boolean
  readonly view: View
  /** The resource as the client was shown it, by element; nothing of a new one. */
  readonly shown: { readonly [element: string]: Element }
  /** Whether the client is shown what a patient asked not to be told. */
  readonly seesAll: boolean
  /** Where the client works. */
  readonly ownSites: readonly Id[]
  /** The zone of a site; null where there is no such site. */
  zoneOf(site: Id): string | null
}

export type Accepting<Name extends ModuleName> = AcceptingView<ViewOfModule<Name>>

/** Values by field, as the client would have them; undefined where it says nothing of a field. */
export type Stated<Name extends ModuleName> = {
  readonly [Field in keyof ViewOfModule<Name>]?: ViewOfModule<Name>[Field] | undefined
}
