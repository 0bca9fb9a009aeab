import { Alert } from '@mantine/core'
import { AppError, codeOf, remedy, says } from '#app/kernel/index.ts'

/** What went wrong and what to do, in the catalogue's words. */
export function Fault({ fault }: { readonly fault: unknown }) {
  if (fault === null || fault === undefined) return null
  const code = codeOf(fault)
  const facts = fault instanceof AppError ? fault.facts : {}
  return (
    <Alert color="red" title={says(code, facts)} role="alert">
      {remedy(code, facts)}
    </Alert>
  )
}
