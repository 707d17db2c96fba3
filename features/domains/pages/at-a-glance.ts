import type { Visit } from "../../../console/app/visit";
import { type NewestOfDomain, wouldFlip } from "../../preview/store/flips";

/** What an entry for a domain would make of its newest decisions; "failed" where they cannot be judged just now. The form that edits judges more. */
export async function flipsAtAGlance(
  { world, now }: Visit,
  after: { readonly entry: string; readonly effect: string },
  newest: NewestOfDomain,
) {
  const { decisions, policiesAt, hashes } = world;
  try {
    return await wouldFlip(new Map([[after.entry, after]]), { decisions, read: world.rows.read, policiesAt, hashes, now }, newest);
  } catch {
    return "failed" as const;
  }
}
