import { ownPath } from "../../../console/app/frame";
import type { Visit } from "../../../console/app/visit";
import { PostForm, SubmitButton } from "../../../console/parts/forms";
import type { Incident } from "../incident";
import { jobOf } from "../job";
import { incidentObjection } from "../steps";
import { type InIncident, incidentPersonKey } from "../store/incidents";
import { incidentPage } from "./incident-page";
import { INCIDENTS_PATH, incidentPath } from "./incident-path";
import { incidentTexts as t } from "./incidents-texts";
import { beginJob } from "./take-step";

// An administrator lets one person back in whom an incident shut out. The others stay out.

export const ENABLE_PATH = `${INCIDENTS_PATH}/enable`;
export const enableFields = ["id", "person", "back"];

/** Enables one person's account and reverts the entries that deny them. Undefined if the visitor may not, or a worker has the incident. */
export function enableForm(visit: Visit, incident: Incident, person: string, back: string) {
  const mayNow = visit.may("Administrator") && visit.world.reachesAccounts && jobOf(incident) === undefined;
  if (!mayNow || incidentObjection("enable", incident, visit.author, visit.now) !== undefined) return undefined;
  return (
    <PostForm visit={visit} action={ENABLE_PATH} class="row-action" hidden={{ id: incident.id, person, back }}>
      <SubmitButton text={t.enableOne} class="quiet" />
    </PostForm>
  );
}

export async function enableOne(visit: Visit): Promise<Response> {
  const one: InIncident = { id: visit.field("id"), person: visit.field("person") };
  const { incidents } = visit.world;
  const incident = await incidents.get(one.id);
  if (incident === undefined) return await incidentPage(visit, one.id);
  const objection = incidentObjection("enable", incident, visit.author, visit.now);
  const works = visit.world.reachesAccounts ? undefined : t.works.refused;
  const problem = objection === undefined ? (works ?? (jobOf(incident) && t.stale)) : t.objections[objection];
  if (problem !== undefined) return await incidentPage(visit, one.id, problem);
  const found = (await incidents.among([one])).get(incidentPersonKey(one));
  // After an error of Graph, somebody may try again.
  const isShutOut = found?.state === "disabled" || found?.state === "enabling";
  if (!isShutOut || !(await incidents.move(one.id, found, { state: "enabling" }))) {
    return await incidentPage(visit, one.id, t.stale);
  }
  if (!(await beginJob(visit, incident, { verb: "enable", listOnly: false }))) {
    await incidents.move(one.id, { ...found, state: "enabling" }, { state: found.state });
    return await incidentPage(visit, one.id, t.stale);
  }
  const back = visit.field("back");
  return visit.goTo(back === "" ? `${incidentPath(one.id)}&done=begun` : ownPath(back));
}
