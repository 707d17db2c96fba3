import type { DoneThing } from "../../../console/app/inbox-item";
import type { Visit } from "../../../console/app/visit";
import { actParts } from "../../../console/parts/acts";
import { PersonLink } from "../../../console/parts/person-links";
import { plainText } from "../../../console/parts/value";
import { MS_PER_DAY } from "../../../engine/sign-up/time";

const ENDED = "access.ended-early";
/** Newest entries of the trail that are looked through. */
const NEWEST = 100;

/** Access ended in the last day. Undo is on the person's page. */
export async function endedLately({ world, now }: Visit): Promise<readonly DoneThing[]> {
  const { entries } = await world.audit.page({}, undefined, NEWEST);
  const since = new Date(now.getTime() - MS_PER_DAY).toISOString();
  const [before, , after] = actParts(ENDED);
  return entries
    .filter(({ action, at, outcome }) => action === ENDED && outcome === "done" && at >= since)
    .map(({ at, by, name, ...entry }) => ({
      at,
      by: { id: by, name },
      what: (
        <>
          {before}
          <PersonLink email={plainText(entry.after?.email)} />
          {after}
        </>
      ),
      undo: null,
    }));
}
