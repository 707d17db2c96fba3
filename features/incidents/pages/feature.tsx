import { required } from "../../../adapters/aws/environment";
import { workerEnvironment } from "../../../adapters/aws/worker-environment";
import type { ConsoleFeature, ConsoleRoute, Visit } from "../../../console/app/visit";
import { domainPath } from "../../../console/parts/domain-link";
import { ButtonLink, SURE } from "../../../console/parts/forms";
import { countText, shortened, visible } from "../../../console/parts/value";
import { pageTexts, persons } from "../../../console/texts/languages";
import { partsOf } from "../../../engine/sign-up/email";
import type { AuditEntry } from "../../audit/store/trail";
import { isUnderWay } from "../steps";
import { type IncidentStore, incidentStore } from "../store/incidents";
import { type Burst, burstOf, LATELY_DAYS, leftOf, shuttingOut } from "./bursts";
import { incidentItems, lastShutOut } from "./inbox";
import { ALL_PATH, enableOne, incidentNote, incidentPage, objectText, step } from "./incident-page";
import { incidentTexts } from "./incidents-texts";
import { newestIncidents, peopleOut, shutOutOf } from "./people-out";
import { shutOut, shutOutAsks, shutOutFields, shutOutHit, shutOutPage, shutOutPath } from "./shut-out";
import { ENABLE_PATH, INCIDENTS_PATH, incidentPath, undoButton } from "./take-step";

declare module "../../../console/app/ports" {
  interface ConsolePorts {
    readonly incidents: IncidentStore;
    /** Starts the function that acts on incidents. */
    readonly incidentWork: { start(call: object): Promise<void> };
    /** True if that function reaches accounts, and not the access list alone. */
    readonly reachesAccounts?: boolean;
  }
}

/** One incident, or the people of a time who may become one. */
async function show(visit: Visit): Promise<Response> {
  const id = visit.query("id");
  if (id !== "") return await incidentPage(visit, id);
  return ["from", "to", "domain"].every((name) => visit.query(name) === "") ? visit.goTo(ALL_PATH) : await shutOutPage(visit);
}

/** The sign-ups of a domain that were let in lately and whose people the visitor may shut out, and the incidents that did so. */
async function letInLately(visit: Visit, domain: string) {
  const [counted, items] = await Promise.all([visit.world.domainCounts.domainDays([domain], LATELY_DAYS), newestIncidents(visit)]);
  const by = shuttingOut(domain, items);
  // An incident that is being undone stays in sight, and meanwhile its people are not offered again.
  const undoing = items.filter((each) => each.selection.domain === domain && each.state === "undoing" && isUnderWay(each));
  if (undoing.length > 0) return { by: [...undoing, ...by], left: 0 };
  return { by, left: visit.may("Administrator") ? leftOf(counted.get(domain)?.all.answers.continue ?? 0, by) : 0 };
}

function burstLink(visit: Visit, { domain, letIn }: Burst) {
  return <a href={domainPath(domain)}>{t.burst(countText(visit, letIn), visible(domain))}</a>;
}

/** Steps of shutting people out are one act, those of undoing it another. */
function stepOf({ action, subject, after }: AuditEntry) {
  if (/\.(opened|asked|confirmed|acting|acted)$/.test(action)) return { act: `${subject} act`, set: after?.changeSet };
  return /\.(undoing|undone)$/.test(action) ? { act: `${subject} undo`, set: after?.revert } : undefined;
}

const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: INCIDENTS_PATH, access: "Reader", asks: { id: "any", ...shutOutAsks }, handler: show },
  { method: "POST", path: `${INCIDENTS_PATH}/open`, access: "Administrator", hidden: shutOutFields, handler: shutOut },
  { method: "POST", path: ENABLE_PATH, access: "Administrator", hidden: ["id", "person", "back"], handler: enableOne },
  ...(["act", "confirm", "undo"] as const).map(
    (verb): ConsoleRoute => ({
      method: "POST",
      path: `${INCIDENTS_PATH}/${verb}`,
      access: "Administrator",
      hidden: ["id", ...Object.keys(SURE)],
      handler: (visit) => step(visit, verb),
    }),
  ),
];

export const feature = {
  ports: ({ functions, settings, tables, nameOf }) => ({
    incidents: incidentStore(tables, nameOf("listChanges")),
    incidentWork: functions(required(workerEnvironment.incidentWorkerFunction, settings)),
    reachesAccounts: settings[workerEnvironment.incidentAccounts] === "true",
  }),
  routes,
  inbox: incidentItems,
  trailed: {
    table: "incident",
    pathOf: ({ subject }) => incidentPath(subject),
    actOf: stepOf,
    // Its sentence says the rest.
    onlyNamed: () => true,
    async described(visit, entries) {
      const ids = [...new Set(entries.map(({ subject }) => subject))];
      const known = new Map(await Promise.all(ids.map(async (id) => [id, await visit.world.incidents.get(id)] as const)));
      return new Map(
        entries.flatMap(({ number, subject, action }) => {
          const incident = known.get(subject);
          if (incident === undefined) return [];
          const undo = /\.act(ing|ed)$/.test(action) ? undoButton(visit, incident) : undefined;
          const at = /\.act/.test(action) ? incident.actedAt : /\.und/.test(action) ? incident.undoneAt : undefined;
          return [[number, { what: objectText(visit, incident, action), at, undo }] as const];
        }),
      );
    },
  },
  done: lastShutOut,
  async besideDomain(visit, domain) {
    const [{ left, by }, effects, burst] = await Promise.all([
      letInLately(visit, domain),
      visit.world.accessList.effects([domain], visit.now),
      // Only administrators get the button that it colours.
      visit.may("Administrator") ? burstOf(visit, domain) : undefined,
    ]);
    const act = effects.get(domain) === "deny" ? incidentTexts.shutOut : incidentTexts.denyAndShutOut;
    return {
      done: by.map((incident) => incidentNote(visit, incident, incidentPath(incident.id))),
      ...(left > 0 && {
        act: <ButtonLink path={shutOutPath(domain)} text={`${act}…`} class={burst === undefined ? "button quiet" : "button"} />,
      }),
    };
  },
  async behindDecision(visit, { email, verdict, at }) {
    const burst = email === undefined || verdict !== "continue" ? undefined : await burstOf(visit, partsOf(email).domain);
    if (burst === undefined || at < burst.first) return null;
    const left = visit.may("Administrator") ? leftOf(burst.letIn, shuttingOut(burst.domain, await newestIncidents(visit))) : 0;
    return (
      <section>
        <p class="note bad">
          {burstLink(visit, burst)}
          {left > 0 ? [". ", <a href={shutOutPath(burst.domain)}>{`${incidentTexts.denyAndShutOut}…`}</a>] : null}
        </p>
      </section>
    );
  },
  rowPages: { incident: incidentPath },
  noteMark: {
    pattern: /incident (\d{8}-\d{9}-[a-z\d]{4})/,
    link: (id) => <a href={incidentPath(id)}>{t.byIncident}</a>,
    hidden: (count) => t.hidden(count),
    // Read for each page: it is in the visitor's language.
    get hide() {
      return t.hide;
    },
  },
  shutOut: shutOutOf,
  peopleOut,
  async besidePerson(visit, { email }) {
    const burst = email === undefined ? undefined : await burstOf(visit, partsOf(email).domain);
    return burst && { name: t.cameAs, content: burstLink(visit, burst) };
  },
  search: {
    async ofDomain(visit, domain) {
      const { left } = await letInLately(visit, domain);
      if (left === 0) return [];
      const name = t.found(shortened(domain, 80));
      // Of a domain whose people were let in, the search offers this deny alone.
      return [{ ...shutOutHit(domain), name, note: t.letIn, icon: "deny", tone: "bad" }];
    },
  },
} satisfies ConsoleFeature;

const t = pageTexts({
  found: [(domain: string) => `Deny ${domain} and shut out…`, (domain) => `${domain} 거부하고 차단…`],
  burst: [
    (people: string, domain: string) => `One of ${persons(people)} of ${domain} let in`,
    (people, domain) => `허용된 ${domain} 사람 ${people}명 중 한 명`,
  ],
  byIncident: ["by an incident", "사고로 차단됨"],
  hidden: [
    (count: string) => (count === "1" ? "1 entry by an incident is hidden." : `${count} entries by incidents are hidden.`),
    (count) => `사고로 차단된 항목 ${count}개를 숨겼습니다.`,
  ],
  hide: ["Hide entries by incidents", "사고로 차단된 항목 숨기기"],
  cameAs: ["Came as", "가입 경위"],
  letIn: ["let in lately", "최근 허용된 사람"],
});
