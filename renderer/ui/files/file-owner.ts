import { createContext, use } from 'react'
import type { FileOwner } from '#renderer/replica/contract.ts'

const OwnerContext = createContext<FileOwner | null>(null)

export const FileOwnerProvider = OwnerContext

/** The record whose files are shown; null in a form of a record that is not there yet. */
export function useFileOwner(): FileOwner | null {
  return use(OwnerContext)
}
