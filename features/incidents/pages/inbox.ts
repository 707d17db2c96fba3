import { BURST_SUBJECT, type DoneThing, type InboxItem, type InboxKind } from "../../../console/app/inbox-item";
import type { Visit } from "../../../console/app/visit";
import { actParts } from "../../../console/parts/acts";
import { domainPath } from "../../../console/parts/links";
import { countText, ValueLink, visible } from "../../../console/parts/value";
import { pageTexts } from "../../../console/texts/languages";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import { formatCountReach } from "../../counts/pages/count-tables";
import { readCountReach } from "../../counts/pages/counted-hours";
import { decisionsPath } from "../../decisions/pages/decision-search";
import type { Incident } from "../incident";
import { findStep } from "../steps";
import { countUncovered, findBursts, mayMissBursts, shuttingOut } from "./bursts";
import { incidentName, objectText, stateText } from "./incident-page";
import { incidentTexts } from "./incidents-texts";
import { spanText } from "./people-let-in";
import { readIncidents } from "./people-out";
import { burstPanel, shutOutPath } from "./shut-out";
import { incidentPath, undoButton } from "./take-step";

const kinds = {
  incident: { icon: "alarm", tone: "bad", group: "now", rank: 1, name: { en: "Incident", ko: "사고" } },
  burst: { icon: "people", tone: "bad", group: "now", trend: "continue", rank: 2, name: { en: "Many let in", ko: "많이 허용됨" } },
  unwatched: { icon: "people", tone: "warn", group: "week", rank: 3, name: { en: "Not checked", ko: "확인하지 않음" } },
} as const satisfies Readonly<Record<string, InboxKind>>;
export async function incidentItems(visit: Visit): Promise<readonly InboxItem[]> {
  const [newest, bursts, missesSome] = await Promise.all([readIncidents(visit), letInBursts(visit), mayMissBursts(visit)]);
  return [...openIncidents(visit, newest), ...bursts, ...(missesSome ? [unwatchedItem(visit)] : [])];
}

const unfinishedStates: readonly Incident["state"][] = ["open", "acting", "undoing"];

function isUnfinished({ state, people }: Incident): boolean {
  return people > 0 && unfinishedStates.includes(state);
}

function openIncidents(visit: Visit, newest: readonly Incident[]): readonly InboxItem[] {
  return newest.filter(isUnfinished).map((incident) => {
    const { id, at, people, state } = incident;
    const askedStep = findStep(incident, "asked");
    const waits = state === "open" && askedStep !== undefined && findStep(incident, "confirmed") === undefined;
    return {
      subject: `incident/${id}`,
      kind: kinds.incident,
      title: incidentName(visit, incident),
      isFailing: incident.work === "failed" || incident.work === "refused",
      cause: waits ? incidentTexts.asked : stateText(visit, incident),
      count: countText(visit, people),
      people,
      since: at,
      newest: askedStep?.at ?? at,
      action: { text: t.look, path: incidentPath(id) },
    };
  });
}

function unwatchedItem({ now }: Visit): InboxItem {
  const path = decisionsPath({ from: new Date(now.getTime() - MS_PER_DAY), to: now }, { verdict: "continue" });
  // An item that was marked as done comes back the next day, with other domains.
  const newest = `${now.toISOString().slice(0, 10)}T00:00:00.000Z`;
  const action = { text: t.whoWasLetIn, path };
  return {
    subject: "domains/unwatched",
    kind: kinds.unwatched,
    title: t.unwatched,
    cause: t.unwatchedCause,
    newest,
    action,
    finish: t.noAttack,
  };
}

/** A burst is over if an incident already covers or shuts out its people. */
async function letInBursts(visit: Visit): Promise<readonly InboxItem[]> {
  const [bursts, known, reach] = await Promise.all([findBursts(visit), readIncidents(visit), readCountReach(visit)]);
  const behind = reach.isBehind ? `; ${formatCountReach(visit, reach)}` : "";
  return bursts.map(({ domain, letIn, trend, usual, first, last }) => {
    const isTold = known.some((incident) => incident.selection.domain === domain && isUnfinished(incident));
    const isOver = isTold || countUncovered(letIn, shuttingOut(domain, known)) === 0;
    const people = countText(visit, letIn);
    return {
      subject: `${BURST_SUBJECT}${domain}`,
      kind: kinds.burst,
      title: t.title(visible(domain), people),
      cause: `${usual === 0 ? t.isNew : t.usual(countText(visit, usual))}; ${incidentTexts.within(spanText(visit, first, last))}${behind}`,
      count: people,
      people: letIn,
      trend: { by: "day", values: trend },
      since: first,
      newest: last,
      action: { text: `${incidentTexts.denyAndShutOut}…`, path: shutOutPath(domain), role: "Administrator" },
      all: domainPath(domain),
      finish: t.noAttack,
      isOver,
      more: () => burstPanel(visit, domain, letIn, first),
    } satisfies InboxItem;
  });
}

/** Lists recent shut-outs, each with an Undo if the visitor may undo it, and recent undos. Each entry links to its incident. */
export async function lastShutOut(visit: Visit): Promise<readonly DoneThing[]> {
  const items = await readIncidents(visit);
  return items.flatMap((incident) =>
    (["acting", "undoing"] as const).flatMap((stepName): readonly DoneThing[] => {
      const step = findStep(incident, stepName);
      if (step === undefined) return [];
      const action = stepName === "acting" ? "incident.acted" : "incident.undone";
      const [before, , after] = actParts(action);
      const text = `${before}${objectText(visit, incident, action)}${after}`;
      const undo = stepName === "acting" ? undoButton(visit, incident) : null;
      const { at, by, name = by } = step;
      return [{ at, by: { id: by, name }, what: ValueLink({ path: incidentPath(incident.id), text }), undo }];
    }),
  );
}

const t = pageTexts({
  look: ["Open incident", "사고 열기"],
  title: [(domain: string, people: string) => `${domain}: ${people} people let in`, (domain, people) => `${domain}: ${people}명 허용됨`],
  isNew: ["A new domain: nobody from it was let in before", "새 도메인: 이전에 허용된 사람 없음"],
  usual: [(most: string) => `Never more than ${most} a day before`, (most) => `이전에는 하루 최대 ${most}명`],
  noAttack: ["Not an attack", "공격이 아님"],
  unwatched: ["Many domains had people let in", "여러 도메인에서 많은 사람이 허용되었습니다"],
  unwatchedCause: [
    "Each day, Gatehouse looks for bursts among the 100 domains with the most people let in. Others had 20 or more, too.",
    "하루에 허용된 사람이 가장 많은 도메인 100개에서만 급증을 찾습니다. 다른 도메인에서도 20명 이상 허용되었을 수 있습니다.",
  ],
  whoWasLetIn: ["Who was let in?", "허용된 사람"],
});
