import type { PairJudgement, TriedSignUp } from "./judge";
import { STRANGER } from "./values";

/** What a draft does to somebody: it lets them in, or refuses them, and today's policy does the other. */
export type Direction = "admitted" | "refused";

/** A smallest sign-up that the two policies end differently. */
export interface Counterexample extends PairJudgement {
  readonly direction: Direction;
  readonly candidate: TriedSignUp;
}

/** Undefined where both end alike. */
export function directionOf({ ends: [today, draft] }: PairJudgement): Direction | undefined {
  if (today.isAdmitted === draft.isAdmitted) return undefined;
  return draft.isAdmitted ? "admitted" : "refused";
}

/**
 * What an accepted case stands for: the same answers of the policies, the same domain and provider, the same kinds of rows and
 * answers, whatever the values of the same attributes.
 */
export function familyOf({ direction, candidate, ends }: Counterexample): string {
  const { request, rows = {}, answers = {}, earlier, repeat } = candidate;
  const stopped = ends.find(({ isAdmitted }) => !isAdmitted);
  const domain = request.email === STRANGER ? "any" : request.email.slice(request.email.lastIndexOf("@") + 1).toLowerCase();
  const kinds = Object.entries(rows).map(([table, all]) => [
    table,
    (all as readonly Readonly<Record<string, unknown>>[]).map(({ effect, issuer }) => [effect, issuer]),
  ]);
  return JSON.stringify([
    direction,
    stopped?.step,
    stopped?.outcome.reasons,
    domain,
    request.issuer,
    request.tenant,
    Object.keys(request.attributes ?? {}).sort(),
    kinds,
    Object.keys(answers),
    earlier,
    repeat,
  ]);
}
