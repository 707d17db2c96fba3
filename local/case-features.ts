import type * as v from "valibot";
import { accessListInCases } from "../features/access-list/case-words";
import { approvalInCases } from "../features/approvals/case-words";
import { decisionInCases } from "../features/decisions/case-words";
import { invitationInCases } from "../features/invitations/case-words";
import { limitInCases } from "../features/limit/case-words";
import { partnerInCases } from "../features/partners/case-words";
import { permittedValueInCases } from "../features/permitted-value/case-words";
import { postureInCases } from "../features/posture/case-words";
import { profileInCases } from "../features/profiles/case-words";
import { referenceInCases } from "../features/reference-data/case-words";
import type { CaseWords } from "./case-words";

// Features' parts of cases, in the order of docs/cases.md. Each feature adds its lines here.

/** Rows of tables, as operators write them. */
export const tableMembers = { ...accessListInCases.tables, ...profileInCases.tables, ...referenceInCases.tables };

/** Other rows of a case. */
export const rowMembers = { ...permittedValueInCases.rows, ...limitInCases.rows };
type Rows = v.InferOutput<v.StrictObjectSchema<typeof rowMembers, undefined>>;

export const caseMembers = { ...postureInCases.members };
type Members = v.InferOutput<v.StrictObjectSchema<typeof caseMembers, undefined>>;

/** Picks a case's members that features add. */
export function ownMembers(each: Members): Members {
  return Object.fromEntries(Object.entries(each).filter(([name]) => Object.hasOwn(caseMembers, name)));
}

/** Words for events before a case. */
export const earlierWords = [approvalInCases.earlier, invitationInCases.earlier] as const;

export const caseWords: readonly CaseWords<Rows, Members>[] = [
  accessListInCases,
  profileInCases,
  referenceInCases,
  partnerInCases,
  permittedValueInCases,
  limitInCases,
  postureInCases,
  decisionInCases,
  approvalInCases,
  invitationInCases,
];
