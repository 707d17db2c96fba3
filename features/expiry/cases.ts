import { createChoiceSchema } from "../../engine/fields";
import { addressOf } from "../../engine/sign-up/email";
import { buildPersonId } from "../../engine/sign-up/person";
import { MS_PER_DAY, timeAfter } from "../../engine/sign-up/time";
import type { Put } from "../../engine/sign-up/verdict";
import type { CaseWords } from "../../local/case-words";
import { arrive } from "../accounts/change";
import { accessEndedRow } from "./ended";

/** The account of a case's person was let in so many days before its access ended. */
const LASTED_DAYS = 180;

/** Ends the access of the address of the case's request, as the worker does on its day, or earlier by `idle` or `unredeemed`. */
export const cases = {
  order: 55,
  earlier: createChoiceSchema(
    ["access-ended"],
    "The access of the address ended a day before, by `lasts`, `idle` or `unredeemed`: its account is disabled.",
  ),
  earlierOf: "expiry",
  async happen(_, { now, gate, hashOf, signUp, write }) {
    const email = signUp && addressOf(signUp);
    if (email === undefined) return "no access can have ended: the request has no address";
    const at = new Date(now.getTime() - MS_PER_DAY);
    const letInAt = timeAfter(at.toISOString(), -LASTED_DAYS * MS_PER_DAY);
    const person = { personId: buildPersonId(email, hashOf), email, ...(gate !== undefined && { gate }) };
    const newcomer = { id: "00000000-0000-4000-8000-000000000001", reference: "K7QD-9MXD", ...person, letInAt, arrivedAt: letInAt };
    const result = arrive(undefined, { ...newcomer, until: at.toISOString() }, new Date(letInAt));
    if (!result.ok) return `no access can have ended: ${result.why}`;
    await write({ table: "ledger", item: accessEndedRow(result.row, "disabled", at, hashOf) as Put["item"], condition: "absent" });
    return undefined;
  },
} satisfies CaseWords;
