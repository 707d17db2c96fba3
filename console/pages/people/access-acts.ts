import { type AccountRow, UNSET } from "../../../engine/access/account";
import { type AccessResult, type AccessSay, endAccessNow, extendAccess, laterEnd, sponsored } from "../../../engine/access/change";
import { isOwnSponsor } from "../../../engine/approvals/invitation";
import type { Visit } from "../../app/visit";
import { bulkTexts } from "./bulk-texts";
import type { LifeResult, LifeWish } from "./life-verbs";

// What is done to the access of people who are in. It changes rows alone: the daily worker disables and enables accounts.

const accessVerbs = ["extend-access", "sponsor", "end-access"] as const;
export type AccessVerb = (typeof accessVerbs)[number];

export function isAccessVerb(verb: string): verb is AccessVerb {
  return accessVerbs.some((each) => each === verb);
}

/** Why nothing is changed, where the row is not to blame. */
type Objection = "stale" | "own-sponsor" | "unset" | Extract<AccessResult, { ok: false }>["why"];

/** Does it to one account, with its entry in the trail. @param turn of the row as it was shown */
export async function actOnAccess(
  visit: Visit,
  { verb, ...wish }: LifeWish & { readonly verb: AccessVerb },
  { id, turn, ...shown }: AccountRow,
): Promise<LifeResult> {
  const { world, session, now } = visit;
  const { email, reference } = shown;
  const { note } = wish;
  const say = { by: { kind: "console", name: session.name }, ...(note !== "" && { note }) } as const;
  const entry = {
    ...{ action: actions[verb], subject: reference },
    after: { email, ...(verb === "sponsor" && { sponsor: wish.to }), ...(note !== "" && { note }) },
  };
  let result: LifeResult = { email };
  await visit.audited(entry, async () => {
    let objection: Objection | undefined;
    const outcome = await world.accounts().change(id, (stored) => {
      objection = objectionTo(verb, wish, stored, turn);
      return objection === undefined ? steps[verb](stored, wish, say, now) : { ok: false, why: "unknown" };
    });
    const { accessWhy } = bulkTexts;
    result = outcome.ok ? { email, until: outcome.row.until } : { email, why: accessWhy[objection ?? outcome.why] };
    return outcome.ok;
  });
  return result;
}

const actions = { "extend-access": "access.extended", sponsor: "access.sponsored", "end-access": "access.ended-early" } as const;

function objectionTo(
  verb: AccessVerb,
  { to }: Omit<LifeWish, "verb">,
  stored: AccountRow | undefined,
  turn: number,
): Objection | undefined {
  if (stored === undefined) return undefined;
  if (stored.turn !== turn) return "stale";
  if (verb === "extend-access" && stored.until === undefined) return stored.endsAt === UNSET ? "unset" : "endless";
  return verb === "sponsor" && isOwnSponsor({ email: stored.email, sponsor: to }) ? "own-sponsor" : undefined;
}

type Step = (stored: AccountRow | undefined, wish: Omit<LifeWish, "verb">, say: AccessSay, now: Date) => AccessResult;

const steps: Readonly<Record<AccessVerb, Step>> = {
  // The worker enables an account that is disabled.
  "extend-access": (stored, { days }, say, now) => extendAccess(stored, stored && laterEnd(stored, days, now), say, now),
  sponsor: (stored, { to }, say, now) => sponsored(stored, to, say, now),
  "end-access": (stored, _, say, now) => endAccessNow(stored, say, now),
};
