import {
  type ActionNeeds,
  accounts,
  act,
  approvals,
  auditNeeds,
  caller,
  decisions,
  look,
  offer,
  personKey,
  stack,
} from "../../../cli/permissions";
import type { Verb } from "../../../cli/verb";

export const verbs = [
  {
    place: 44,
    name: "person",
    topic: "People",
    summary: "what is stored about a person",
    about: "Exports and erases what is stored about a person.",
    load: () => import("./commands"),
  },
] satisfies readonly Verb[];

/** Profiles are scanned, because their keys may have any spelling. If an account names the person, decisions are scanned too. */
const person: readonly ActionNeeds[] = [
  stack,
  personKey,
  decisions,
  approvals,
  accounts,
  { decisions: "Scan", accessList: "GetItem", profiles: "BatchGetItem Scan", ledger: "BatchGetItem Scan", listChanges: "Query" },
];

export const permissions = [
  look("person export", ...person, { audit: "Query" }),
  act("person forget-account", auditNeeds, offer("person.forget-account")),
  act("person erase", stack, personKey, caller, offer("person.erase")),
];
