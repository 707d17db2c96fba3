import type { Visit } from "../../../console/app/visit";
import { CancelLink, ConfirmQuestion } from "../../../console/parts/back-link";
import { isWordTyped, PostForm, SURE, SubmitButton } from "../../../console/parts/forms";
import { countText, visible } from "../../../console/parts/value";
import { frameTexts } from "../../../console/texts/frame-texts";
import { toEnable } from "../account";
import type { Incident } from "../incident";
import { everDisabled, type IncidentVerb, incidentObjection, isUnderWay, notDisabled, stepBy, type WorkVerb } from "../steps";
import { requestWork } from "../store/work";
import { incidentTexts as t } from "./incidents-texts";

export const INCIDENTS_PATH = "/incidents";

export function incidentPath(id: string): string {
  return `${INCIDENTS_PATH}?id=${encodeURIComponent(id)}`;
}

/** Why the visitor may not take a step: by all names that commands may know them by. */
export function objectionTo({ author, session: { userNames }, now }: Visit, verb: IncidentVerb, incident: Incident) {
  return incidentObjection(verb, incident, { ...author, userNames }, now);
}

type StepOutcome = { readonly done: "asked" | "confirmed" | "begun" } | { readonly problem: string };

/**
 * Takes one step in the visitor's name, once they typed the requested word. A separate function does the work.
 * @param isTyped true if nothing is to be typed.
 * @default whether they typed the number of people
 */
export async function takeStep(
  visit: Visit,
  verb: IncidentVerb,
  incident: Incident,
  isTyped = isWordTyped(visit, "people", String(incident.people)),
): Promise<StepOutcome> {
  const { incidents } = visit.world;
  const { by, name } = visit.author;
  const { userNames } = visit.session;
  const objection = objectionTo(visit, verb, incident);
  const asks = objection === "second-person" && incident.askedBy === undefined;
  if (objection !== undefined && !asks) return { problem: t.objections[objection] };
  if (!isTyped) return { problem: `${frameTexts.mistyped(String(incident.people))} ${frameTexts.notDone}.` };
  const at = visit.now.toISOString();
  if (asks || verb === "confirm") {
    const facts = asks
      ? { askedBy: by, askedName: name, askedAt: at, ...(userNames !== undefined && { askedUserNames: userNames }) }
      : { confirmedBy: by, confirmedName: name, confirmedAt: at };
    const step = stepBy(asks ? "asked" : "confirmed", visit.author, at);
    const isWritten = (await incidents.update(incident, ["state", "askedBy", "confirmedBy"], { ...facts, ...step })) !== undefined;
    return isWritten ? { done: asks ? "asked" : "confirmed" } : { problem: frameTexts.stale };
  }
  if (verb === "undo" && needsAccounts(visit, incident)) return { problem: t.works.refused };
  return (await beginWork(visit, incident, verb)) ? { done: "begun" } : { problem: frameTexts.stale };
}

/**
 * Asks the worker. False if somebody else has changed the incident meanwhile, or a worker has it.
 * @param mark what the worker has to find: false if it cannot be
 */
export async function beginWork(visit: Visit, incident: Incident, verb: WorkVerb, mark = async () => true): Promise<boolean> {
  const { incidents, incidentWork, reachesAccounts } = visit.world;
  const request = { verb, who: visit.author, listOnly: !reachesAccounts };
  if ((await requestWork(incidents, incident, request, visit.now, true)) === undefined || !(await mark())) return false;
  // A start that is lost is made up for: the worker looks for what was asked for every few minutes.
  await incidentWork.start({}).catch(() => undefined);
  return true;
}

/** Shutting out: begun, continued, and repeated for accounts that were not found, or that Graph refused. */
const ways: Partial<Record<Incident["state"], "act" | "goOn" | "lookAgain">> = { open: "act", acting: "goOn", acted: "lookAgain" };

/** The form of the next step, for an administrator: it asks for the number of people. */
export function stepForm(visit: Visit, incident: Incident) {
  const { id, state, outcome = {}, askedBy, askedName = askedBy } = incident;
  const { reachesAccounts = false } = visit.world;
  const [act, left] = [objectionTo(visit, "act", incident), notDisabled(outcome)];
  const acts = act === undefined && (state !== "acted" || left > 0) ? ways[state] : undefined;
  const form = act !== "second-person" ? acts : askedBy === undefined ? "ask" : "confirm";
  if (form === undefined) return null;
  const objection = form === "confirm" ? objectionTo(visit, form, incident) : undefined;
  if (objection !== undefined) return <p>{t.objections[objection]}</p>;
  const actHint = t.actHint(reachesAccounts);
  const lookAgain = t.lookAgainHint(countText(visit, left));
  const hints = { act: actHint, goOn: actHint, lookAgain, ask: t.askHint, confirm: t.confirmHint(visible(askedName ?? "")) };
  return (
    <PostForm visit={visit} class="card narrow" action={`${INCIDENTS_PATH}/${form === "confirm" ? form : "act"}`} hidden={{ id }}>
      <h2>{t.steps[form]}</h2>
      <p>{hints[form]}</p>
      {acts !== undefined && !reachesAccounts ? <p>{byCommand(t.accountsToo, "act", id)}</p> : null}
      <label for="people">{frameTexts.typeWord(String(incident.people))}</label>
      <input id="people" name="people" inputmode="numeric" autocomplete="off" required />
      <p class="actions">
        <SubmitButton text={t.steps[form]} class={form === "ask" ? undefined : "danger"} />
      </p>
    </PostForm>
  );
}

/** The command that undoes what the stack cannot; undefined if it can, or if the visitor may not undo. */
export function undoCommand(visit: Visit, incident: Incident) {
  return mayUndo(visit, incident) && needsAccounts(visit, incident) ? <p>{byCommand(t.toUndo, "undo", incident.id)}</p> : undefined;
}

function mayUndo(visit: Visit, incident: Incident): boolean {
  return visit.may("Administrator") && objectionTo(visit, "undo", incident) === undefined;
}

/** Undo can be redone: it asks for no word. */
export function undoButton(visit: Visit, incident: Incident) {
  const isAtIt = incident.state === "undoing" && isUnderWay(incident);
  if (isAtIt || !mayUndo(visit, incident) || needsAccounts(visit, incident)) return undefined;
  const asks = undoAsks(incident);
  return (
    <PostForm
      visit={visit}
      action={`${INCIDENTS_PATH}/undo`}
      class="row-action"
      // The work may have ended since: a button that says so asks nothing.
      hidden={{ id: incident.id, ...(asks ? {} : SURE) }}
      data-asks={asks ? "" : undefined}
    >
      <SubmitButton text={asks ? `${frameTexts.undo}…` : frameTexts.undo} class="quiet" />
    </PostForm>
  );
}

export const ENABLE_PATH = `${INCIDENTS_PATH}/enable`;

/** Enables one person's account and reverts the entries that deny them. Undefined if the visitor may not, or a worker has the incident. */
export function enableForm(visit: Visit, incident: Incident, person: string, back: string) {
  const mayNow = visit.may("Administrator") && visit.world.reachesAccounts && !isUnderWay(incident);
  if (!mayNow || objectionTo(visit, "enable", incident) !== undefined) return undefined;
  return (
    <PostForm visit={visit} action={ENABLE_PATH} class="row-action" hidden={{ id: incident.id, person, back }}>
      <SubmitButton text={t.enableOne} class="quiet" />
    </PostForm>
  );
}

/** An Undo of more people shows first what it does. An Undo that stops work under way does so at once. */
const AT_ONE_CLICK = 10;

export function undoAsks(incident: Incident): boolean {
  return incident.state === "acted" && incident.people > AT_ONE_CLICK && !isUnderWay(incident);
}

export async function undoQuestion(visit: Visit, { id, people, outcome = {}, changeSet, selection }: Incident): Promise<Response> {
  const set = changeSet === undefined ? undefined : await visit.world.changes.get(changeSet);
  const entries = set === undefined ? 0 : set.added + set.changed;
  const title = t.undoAsked(countText(visit, people));
  return await visit.page(
    title,
    <ConfirmQuestion title={title}>
      <p>
        {t.undoDoes(countText(visit, everDisabled(outcome)), countText(visit, entries))}
        {selection.denyDomain ? ` ${t.domainToo(visible(selection.domain ?? ""))}` : null}
      </p>
      <PostForm visit={visit} action={`${INCIDENTS_PATH}/undo`} hidden={{ id, ...SURE }}>
        <p class="actions">
          <SubmitButton text={frameTexts.undo} class="danger" />
          <CancelLink path={incidentPath(id)} />
        </p>
      </PostForm>
    </ConfirmQuestion>,
  );
}

function byCommand(words: string, verb: "act" | "undo", id: string) {
  return [words, " ", <code>{`npm run gate -- incident ${verb} ${id}`}</code>];
}

/** True if Undo needs accounts that the stack does not reach: a command has disabled them. */
function needsAccounts({ world }: Visit, { outcome = {} }: Incident): boolean {
  return !world.reachesAccounts && toEnable.some((state) => outcome[state] !== undefined);
}
