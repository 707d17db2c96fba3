import { requireVariable, workerEnvironment } from "../../../adapters/aws/environment";
import type { ConsoleFeature, ConsoleRoute, Visit } from "../../../console/app/visit";
import { ButtonLink, SURE } from "../../../console/parts/forms";
import { pageTexts } from "../../../console/texts/languages";
import type { AuditEntry } from "../../audit/chain";
import { type IncidentStore, incidentStore } from "../store/incidents";
import { countUncovered, LATELY_DAYS, shuttingOut } from "./bursts";
import { incidentItems, lastShutOut } from "./inbox";
import { ALL_PATH, enableOne, incidentNote, incidentPage, objectText, step } from "./incident-page";
import { incidentTexts } from "./incidents-texts";
import { findShutOuts, readIncidents } from "./people-out";
import { shutOut, shutOutAsks, shutOutFields, shutOutPage, shutOutPath } from "./shut-out";
import { ENABLE_PATH, INCIDENTS_PATH, incidentPath, undoButton } from "./take-step";

declare module "../../../console/app/ports" {
  interface ConsolePorts {
    readonly incidents: IncidentStore;
    readonly incidentWork: { start(call: object): Promise<void> };
    /** True if the function can also change accounts. Otherwise it only edits the access list. */
    readonly reachesAccounts?: boolean;
  }
}

async function show(visit: Visit): Promise<Response> {
  const id = visit.query("id");
  if (id !== "") return await incidentPage(visit, id);
  return ["from", "to", "domain"].every((name) => visit.query(name) === "") ? visit.goTo(ALL_PATH) : await shutOutPage(visit);
}

function parseChangeStep({ action, subject, after }: AuditEntry) {
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

export const pages = {
  order: 60,
  ports: ({ functions, settings, tables, nameOf }) => ({
    incidents: incidentStore(tables, nameOf("listChanges")),
    incidentWork: functions(requireVariable(workerEnvironment.incidentWorkerFunction, settings)),
    reachesAccounts: settings[workerEnvironment.incidentAccounts] === "true",
  }),
  routes,
  inbox: incidentItems,
  trailed: {
    table: "incident",
    pathOf: ({ subject }) => incidentPath(subject),
    actOf: parseChangeStep,
    // The row's cells are hidden, because the text `what` of `described` already says everything.
    onlyNamed: () => true,
    async described(visit, entries) {
      const { incidents, decisions } = visit.world;
      const ids = [...new Set(entries.map(({ subject }) => subject))];
      const incidentsById = new Map(await Promise.all(ids.map(async (id) => [id, await incidents.get(id)] as const)));
      const whom = ({ subject, person }: AuditEntry) =>
        incidentsById.get(subject)?.steps.find((step) => step.whom !== undefined && step.whom.person === person)?.whom;
      const people = new Map(entries.flatMap(whom).flatMap((each) => (each === undefined ? [] : [[each.id, each]])));
      const emails = new Map((await decisions.whole([...people.values()])).map(({ id, email }) => [id, email]));
      return new Map(
        entries.flatMap((entry) => {
          const incident = incidentsById.get(entry.subject);
          if (incident === undefined) return [];
          const undo = /\.act(ing|ed)$/.test(entry.action) ? undoButton(visit, incident) : undefined;
          const person = whom(entry);
          const name = person && (emails.get(person.id) ?? person.reference);
          return [[entry.number, { what: objectText(visit, incident, entry.action, name), undo }] as const];
        }),
      );
    },
  },
  done: lastShutOut,
  async besideDomain(visit, domain) {
    const [counted, items, denied] = await Promise.all([
      visit.world.domainCounts.domainDays([domain], LATELY_DAYS),
      readIncidents(visit),
      visit.world.accessList.denied([domain], visit.now),
    ]);
    const by = shuttingOut(domain, items);
    const mayAct = visit.may("Administrator") && by.every(({ state }) => state !== "undoing");
    const uncoveredCount = mayAct ? countUncovered(counted.get(domain)?.all.answers.continue ?? 0, by) : 0;
    const act = denied.has(domain) ? incidentTexts.shutOut : incidentTexts.denyAndShutOut;
    return {
      done: by.map((incident) => incidentNote(visit, incident, incidentPath(incident.id))),
      ...(uncoveredCount > 0 && { act: <ButtonLink path={shutOutPath(domain)} text={`${act}…`} /> }),
    };
  },
  rowPages: { incident: incidentPath },
  noteMark: {
    pattern: /incident (\d{8}-\d{9}-[a-z\d]{4})/,
    link: (id) => <a href={incidentPath(id)}>{t.byIncident}</a>,
    hidden: (count) => t.hidden(count),
    // A getter, because the text depends on the visitor's language on each page.
    get hide() {
      return t.hide;
    },
  },
  shutOut: findShutOuts,
} satisfies ConsoleFeature;

const t = pageTexts({
  byIncident: ["by an incident", "사고로 차단됨"],
  hidden: [
    (count: string) => (count === "1" ? "1 entry by an incident is hidden." : `${count} entries by incidents are hidden.`),
    (count) => `사고로 차단된 항목 ${count}개를 숨겼습니다.`,
  ],
  hide: ["Hide entries by incidents", "사고로 차단된 항목 숨기기"],
});
