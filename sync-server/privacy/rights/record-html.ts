import type { AnyModule } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { ModuleName } from '#app/modules/index.ts'
import type { Amendment } from './amendments.ts'
import { decisionWords } from './disputes.ts'
import type { Dispute } from './disputes.ts'
import { linesOf } from './value-words.ts'
import type { WholeRecord } from './whole-record.ts'

// A patient's whole record for people: one page without a script, to read, print and keep. What people wrote is text only.

const style = `body{font:15px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}
h2{margin-top:2.2rem;border-bottom:1px solid #999}section.record{break-inside:avoid;margin:1rem 0}
h3{margin:.6rem 0 .2rem;font-size:1rem}dl{display:grid;grid-template-columns:13rem 1fr;gap:.1rem 1rem;margin:0}
dl.disputed{border-left:3px solid #999;padding-left:.7rem;margin-top:.4rem}dt{color:#555}dd{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}`

export function recordHtml(record: WholeRecord): string {
  const { title, organisation, at, records, amendments, leftOut } = record
  const groups = [...Map.groupBy(records, ({ module }) => module)].map(([module, own]) =>
    groupHtml(module, own, record),
  )
  const without =
    leftOut === 0 ? '' : `<p>${leftOut} psychotherapy notes are not part of it (45 CFR 164.524(a)(1)(i)).</p>`
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Health record</title>
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>${style}</style></head><body>
<h1>${escaped(title)}</h1>
<p>Everything that ${escaped(organisation)} keeps of this person, as of ${escaped(at)}.</p>${without}
${amendments.length === 0 ? '' : `<h2>Requests to amend</h2>${amendments.map(({ content }) => amendmentHtml(content)).join('')}`}
${groups.join('\n')}
</body></html>
`
}

type Shown = WholeRecord['records'][number]

function groupHtml(
  name: ModuleName,
  own: readonly Shown[],
  { names, disputes }: Pick<WholeRecord, 'names' | 'disputes'>,
): string {
  const module: AnyModule = modules[name]
  const each = own.map(({ view, title }) => {
    const fields = Object.entries(module.fields).flatMap(([field, { label }]) => {
      const lines = linesOf(view[field], names)
      return lines.length === 0 ? [] : [definition(label, lines.join('\n'))]
    })
    const against = (disputes.get(view.id) ?? []).map(disputeHtml)
    return `<section class="record"><h3>${escaped(title)}</h3><dl>${fields.join('')}</dl>${against.join('')}</section>`
  })
  return `<h2>${escaped(module.label.many)}</h2>${each.join('\n')}`
}

/** Beside what is in dispute: whoever reads the one reads the other (45 CFR 164.526(d)(4)). */
function disputeHtml({ receivedOn, request, denial, disagreement, rebuttal }: Dispute): string {
  const said = [
    definition(`Disputed since ${receivedOn}`, request),
    definition('Decided', denial),
    definition('Statement of disagreement', disagreement),
    ...(rebuttal === null ? [] : [definition('Answer to it', rebuttal)]),
  ]
  return `<dl class="disputed">${said.join('')}</dl>`
}

function amendmentHtml({ receivedOn, request, decision, disagreement, rebuttal }: Amendment): string {
  const outcome = decision === null ? 'Not decided yet' : decisionWords(decision)
  const said = [
    definition('Asked', request),
    definition('Decided', outcome),
    ...(disagreement === null ? [] : [definition('Statement of disagreement', disagreement.words)]),
    ...(rebuttal === null ? [] : [definition('Answer to it', rebuttal.words)]),
  ]
  return `<section class="record"><h3>Received on ${escaped(receivedOn)}</h3><dl>${said.join('')}</dl></section>`
}

function definition(term: string, words: string): string {
  return `<dt>${escaped(term)}</dt><dd>${escaped(words)}</dd>`
}

const marks: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (mark) => marks[mark] ?? mark)
}
