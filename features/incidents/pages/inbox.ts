import type { DoneThing, InboxItem, InboxKind } from "../../../console/app/inbox-item";
import type { Visit } from "../../../console/app/visit";
import { ButtonLink } from "../../../console/parts/forms";
import { countText, visible } from "../../../console/parts/value";
import { pageTexts } from "../../../console/texts/languages";
import type { Incident } from "../incident";
import { incidentTexts } from "./incidents-texts";
import { incidentPath } from "./shut-out";

const kind: InboxKind = { icon: "alarm", tone: "bad", group: "now", rank: 1, name: { en: "Incident", ko: "사고" } };

const t = pageTexts({
  look: ["Look…", "보기…"],
  shutOut: [
    (people: string, domain: string) => `${people} people shut out${domain === "" ? "" : ` and ${domain} denied`}`,
    (people, domain) => `${people}명 차단${domain === "" ? "" : `, ${domain} 거부`}`,
  ],
  undo: ["Undo…", "실행 취소…"],
});

/** Those that somebody still has to act on, or that go on. */
const unfinished: readonly Incident["state"][] = ["open", "acting", "undoing"];

/** Of the newest incidents, those that are not over. */
export function openIncidents(visit: Visit, newest: readonly Incident[]): readonly InboxItem[] {
  return newest
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

/** Whom somebody shut out lately: the incident's page takes it back. */
export async function lastShutOut(visit: Visit): Promise<readonly DoneThing[]> {
  const { items } = await visit.world.incidents.page();
  return items.flatMap(({ id, actedAt, actedBy = "", actedName = actedBy, state, people, selection }) => {
    if (actedAt === undefined || state !== "acted") return [];
    const domain = selection.denyDomain ? visible(selection.domain ?? "") : "";
    const undo = visit.may("Administrator") ? ButtonLink({ path: incidentPath(id), text: t.undo }) : null;
    return [{ at: actedAt, by: { id: actedBy, name: actedName }, what: t.shutOut(countText(visit, people), domain), undo }];
  });
}
