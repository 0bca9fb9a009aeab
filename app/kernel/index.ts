export { canonicalJson, sameJson } from './canonical-json.ts'
export type { Json } from './canonical-json.ts'
export { compiled, jsonSchema } from './json.ts'
export { checkDocument } from './check-document.ts'
export { instant, systemClock } from './clock.ts'
export type { Clock } from './clock.ts'
export { conditionSchema, mine, relative } from './condition.ts'
export type { Comparison, Condition, Operand } from './condition.ts'
export {
  blankOf,
  collections,
  collectionSchema,
  defineModule,
  documentSchema,
  viewSchema,
} from './define-module.ts'
export type {
  AnyDocument,
  AnyModule,
  CollectionName,
  DataOf,
  DocumentOf,
  FirstRule,
  Invariant,
  ModuleDefinition,
  Outreach,
  Reference,
  TimelineEntry,
  ViewOf,
} from './define-module.ts'
export {
  conflictSchema,
  envelopeFields,
  envelopeSchema,
  envelopeShape,
  instantSchema,
  scopeSchema,
  stampSchema,
} from './envelope.ts'
export type { Conflict, Envelope, Scope, Stamp } from './envelope.ts'
export { catalogue, serverAway } from './error-catalogue.ts'
export type { ErrorCode } from './error-catalogue.ts'
export { AppError, asAppError, codeOf, isErrorCode, remedy, says } from './errors.ts'
export type { ErrorFacts } from './errors.ts'
export { field } from './field.ts'
export type { FieldSpec, FieldSpecs, SearchRule } from './field.ts'
export { derivedId, idAt, idSchema, newId, sha256Hex } from './ids.ts'
export type { Id } from './ids.ts'
export type { MergeRule } from './merge-rule.ts'
export { phiClasses, phiClassSchema } from './phi.ts'
export type { PhiClass } from './phi.ts'
export { full, readNoPhi, readOnly, roles, roleSchema } from './role.ts'
export type { FieldSelection, Role, RolePermission } from './role.ts'
export { err, ok, unreachable } from './result.ts'
export type { Err, Ok, Result } from './result.ts'
export {
  isSensitivityScope,
  sensitiveMatters,
  sensitivities,
  sensitivitySchema,
  sensitivitiesAmong,
  sensitivityScope,
} from './sensitivity.ts'
export { digestBy } from './sha256.ts'
export type { Sensitivity, SensitivityScope } from './sensitivity.ts'
