import type { Sensitivity } from '#app/kernel/index.ts'

// What is ordered, found or booked that tells of a sensitive matter by itself, by its code. The codes that a hospital has of
// its own are rows of its feed.

const codesOf: readonly (readonly [matter: Sensitivity, system: string, codes: string])[] = [
  ['hiv', 'LOINC', '5220-9 5221-7 7917-8 7918-6 20447-9 25836-8 29541-0 29893-5 31201-7 42768-2 48345-3'],
  ['hiv', 'LOINC', '56888-1 58900-2 68961-2 75622-1 80387-4 89374-3'],
  ['hiv', 'CPT', '86701 86702 86703 87389 87390 87391 87534 87535 87536 87537 87538 87539 87806 87900'],
  ['hiv', 'CPT', '87901 87903 87904 87906'],
  // Assessment, counselling and treatment; screening with intervention.
  ['substance-use', 'HCPCS', 'H0001 H0004 H0005 H0006 H0007 H0008 H0009 H0010 H0011 H0012 H0013 H0014 H0015'],
  ['substance-use', 'HCPCS', 'H0016 H0020 H0022'],
  ['substance-use', 'CPT', '99408 99409'],
  // Psychiatric evaluation, psychotherapy, psychological tests.
  ['behavioural-health', 'CPT', '90791 90792 90832 90833 90834 90836 90837 90838 90839 90840 90845 90846'],
  ['behavioural-health', 'CPT', '90847 90849 90853 90870 96130 96131 96136 96137 96138 96139'],
  ['reproductive-health', 'CPT', '59840 59841 59850 59851 59852 59855 59856 59857 59866'],
  ['genetic', 'CPT', '81162 81163 81164 81165 81166 81167 81212 81215 81216 81217 81220 81221 81222 81223'],
  ['genetic', 'CPT', '81271 81274 81415 81416 81417 81425 81426 81427'],
]

export const sensitiveOrders: Readonly<Record<string, Sensitivity>> = Object.fromEntries(
  codesOf.flatMap(([matter, , codes]) => codes.split(' ').map((code) => [code, matter] as const)),
)
