import { blobOfferRequestSchema, blobStateSchema } from './blobs.ts'
import {
  admissionAnswerSchema,
  admissionRequestSchema,
  beginSignInAnswerSchema,
  beginSignInRequestSchema,
  challengeAnswerSchema,
  challengeRequestSchema,
  enrolAnswerSchema,
  enrolRequestSchema,
  secondFactorAnswerSchema,
  secondFactorRequestSchema,
  sessionRequestSchema,
  sessionSchema,
  wipedAnswerSchema,
  wipedRequestSchema,
} from './enrolment.ts'
import { estimateAnswerSchema, estimateRequestSchema } from './estimate.ts'
import { evictedAnswerSchema, evictedRequestSchema } from './evictions.ts'
import {
  escrowAnswerSchema,
  escrowRequestSchema,
  recoveryPollAnswerSchema,
  recoveryPollSchema,
  recoveryRequestAnswerSchema,
  recoveryRequestSchema,
} from './recovery.ts'
import {
  emergencyRecordsRequestSchema,
  emergencyRecordsSchema,
  emergencyRequestSchema,
  emergencySetAnswerSchema,
  emergencySetRequestSchema,
  openEmergencySchema,
} from './emergency.ts'
import { firstAnswerSchema, firstRequestSchema } from './first.ts'
import { healedAnswerSchema, healedRequestSchema } from './integrity.ts'
import { readsAnswerSchema, readsRequestSchema } from './reads.ts'
import { fetchAnswerSchema, fetchRequestSchema, pullAnswerSchema, pullRequestSchema } from './sync.ts'
import { pushAnswerSchema, pushRequestSchema } from './sync.ts'

/** Every call of a client: POST, JSON both ways (the bytes of files: blobs.ts). `open` calls need no session. */
export const routes = {
  admission: {
    path: '/sync/admission',
    open: true,
    request: admissionRequestSchema,
    answer: admissionAnswerSchema,
  },
  secondFactor: {
    path: '/sync/second-factor',
    open: true,
    request: secondFactorRequestSchema,
    answer: secondFactorAnswerSchema,
  },
  beginSignIn: {
    path: '/sync/sign-in',
    open: true,
    request: beginSignInRequestSchema,
    answer: beginSignInAnswerSchema,
  },
  enrol: { path: '/sync/enrol', open: true, request: enrolRequestSchema, answer: enrolAnswerSchema },
  challenge: {
    path: '/sync/challenge',
    open: true,
    request: challengeRequestSchema,
    answer: challengeAnswerSchema,
  },
  session: { path: '/sync/session', open: true, request: sessionRequestSchema, answer: sessionSchema },
  healed: { path: '/sync/healed', open: false, request: healedRequestSchema, answer: healedAnswerSchema },
  wiped: { path: '/sync/wiped', open: true, request: wipedRequestSchema, answer: wipedAnswerSchema },
  escrow: { path: '/sync/escrow', open: false, request: escrowRequestSchema, answer: escrowAnswerSchema },
  askRecovery: {
    path: '/sync/recovery',
    open: true,
    request: recoveryRequestSchema,
    answer: recoveryRequestAnswerSchema,
  },
  pollRecovery: {
    path: '/sync/recovery/answer',
    open: true,
    request: recoveryPollSchema,
    answer: recoveryPollAnswerSchema,
  },
  pull: { path: '/sync/pull', open: false, request: pullRequestSchema, answer: pullAnswerSchema },
  push: { path: '/sync/push', open: false, request: pushRequestSchema, answer: pushAnswerSchema },
  reads: { path: '/sync/reads', open: false, request: readsRequestSchema, answer: readsAnswerSchema },
  fetch: { path: '/sync/fetch', open: false, request: fetchRequestSchema, answer: fetchAnswerSchema },
  breakGlass: {
    path: '/sync/emergency',
    open: false,
    request: emergencyRequestSchema,
    answer: openEmergencySchema,
  },
  emergencyRecords: {
    path: '/sync/emergency/records',
    open: false,
    request: emergencyRecordsRequestSchema,
    answer: emergencyRecordsSchema,
  },
  emergencySet: {
    path: '/sync/emergency/set',
    open: false,
    request: emergencySetRequestSchema,
    answer: emergencySetAnswerSchema,
  },
  evicted: {
    path: '/sync/evicted',
    open: false,
    request: evictedRequestSchema,
    answer: evictedAnswerSchema,
  },
  estimate: {
    path: '/sync/estimate',
    open: false,
    request: estimateRequestSchema,
    answer: estimateAnswerSchema,
  },
  first: { path: '/sync/first', open: false, request: firstRequestSchema, answer: firstAnswerSchema },
  offerBlob: {
    path: '/sync/blob/offer',
    open: false,
    request: blobOfferRequestSchema,
    answer: blobStateSchema,
  },
} as const
export type RouteName = keyof typeof routes

/** POST, the refresh token in the place of the token and no body; answers `tokensSchema`. */
export const REFRESH_PATH = '/sync/refresh'

/** The live stream: GET, server-sent events of `streamEventSchema`. */
export const STREAM_PATH = '/sync/stream'
