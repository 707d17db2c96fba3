import { accounts, act, auditNeeds, decisions, look, offer, personKey, progress, signIn, stack } from "../../../cli/permissions";
import type { Verb } from "../../../cli/verb";

export const verbs = [
  {
    order: 36,
    name: "expiry",
    topic: "People",
    summary: "until when people have access: list, extend, end, renew",
    about: "Shows until when the people have access that the gates let in, and changes it. The rule expiry() gives them an end.",
    load: () => import("./commands"),
  },
] satisfies readonly Verb[];

export const permissions = [
  look("expiry, expiry list, expiry due", stack, accounts, { ledger: "BatchGetItem" }),
  look("expiry show", stack, personKey, accounts, { accounts: "GetItem", ledger: "BatchGetItem" }),
  look("expiry runs", stack, { ledger: "BatchGetItem GetItem" }),
  // The usage table contains the worker's runs.
  act("expiry confirm", stack, auditNeeds, accounts, { ledger: "GetItem PutItem" }),
  act("expiry extend, expiry renew", stack, auditNeeds, accounts, progress, offer("access.extend", "access.renew")),
  act(
    "expiry end, expiry sponsor, expiry undo",
    stack,
    auditNeeds,
    accounts,
    progress,
    offer("access.end", "access.sponsor", "access.undo"),
  ),
  // The rows of accounts have the addresses of people on whom an act was not done.
  look("expiry jobs", stack, { listChanges: "GetItem Query", accounts: "BatchGetItem" }),
  // Indexes of approvals find the request, which names the sponsor. Journeys, in the usage table, lead from decisions to accounts.
  act("expiry adopt", stack, decisions, auditNeeds, signIn, accounts, {
    accounts: "GetItem PutItem",
    ledger: "GetItem",
    "approvals indexes": "Query",
  }),
];
