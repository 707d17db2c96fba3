import type { InboxItem, InboxKind } from "../../../console/app/inbox-item";
import type { Visit } from "../../../console/app/visit";
import { countText } from "../../../console/parts/value";
import { pageTexts } from "../../../console/texts/languages";
import type { Incident } from "../incident";
import { incidentTexts } from "./incidents-texts";
import { incidentPath } from "./shut-out";

const kind: InboxKind = { icon: "alarm", tone: "bad", group: "now", rank: 1, name: { en: "Incident", ko: "사고" } };

const t = pageTexts({
  look: ["Look…", "보기…"],
});

/** Those that somebody still has to act on, or that go on. */
const unfinished: readonly Incident["state"][] = ["open", "acting", "undoing"];

/** The newest incidents, as long as they are not over. */
export async function openIncidents(visit: Visit): Promise<readonly InboxItem[]> {
  const { items } = await visit.world.incidents.page();
  return items
    .filter(({ state, people }) => people > 0 && unfinished.includes(state))
    .map(({ id, at, people, state, askedAt, confirmedAt }) => {
      const waits = state === "open" && askedAt !== undefined && confirmedAt === undefined;
      return {
        subject: `incident/${id}`,
        kind,
        title: incidentTexts.named(countText(visit, people)),
        cause: waits ? incidentTexts.asked : incidentTexts.states[state],
        count: countText(visit, people),
        since: at,
        newest: askedAt ?? at,
        action: { text: t.look, path: incidentPath(id) },
      };
    });
}
