import type { Visit } from "../../../console/app/visit";
import { PostForm, SURE, SubmitButton } from "../../../console/parts/forms";
import { type AskedWord, askQuestion, QuestionForm } from "../../../console/parts/question";
import { countText, visible } from "../../../console/parts/value";
import { frameTexts } from "../../../console/texts/frame-texts";
import type { Incident } from "../incident";
import { countNotDisabled, countStillDisabled, findStep, type IncidentVerb, incidentObjection, isUnderWay, toEnable } from "../steps";
import { type StepTaken, takeStep } from "../store/work";
import { incidentTexts as t } from "./incidents-texts";

export const INCIDENTS_PATH = "/incidents";

export function incidentPath(id: string): string {
  return `${INCIDENTS_PATH}?id=${encodeURIComponent(id)}`;
}

/**
 * Returns why the visitor may not take a step. Undefined if the visitor may. Compares all the visitor's `userNames`, because a command may
 * have recorded the visitor under any of them.
 */
export function objectionTo({ author, session: { userNames }, now }: Visit, verb: IncidentVerb, incident: Incident) {
  return incidentObjection(verb, incident, { ...author, userNames }, now);
}

/** @param mark called before the worker starts, to write what the worker has to find; returns false if it could not be written */
export async function tryStep(
  visit: Visit,
  verb: IncidentVerb,
  incident: Incident,
  mark = async () => true,
): Promise<Pick<StepTaken, "done"> & { readonly problem?: string }> {
  const { incidents, incidentWork, reachesAccounts } = visit.world;
  if (verb !== "act" && verb !== "confirm" && needsAccounts(visit, verb, incident)) return { problem: t.works.refused };
  const who = { ...visit.author, userNames: visit.session.userNames, act: visit.act, listOnly: !reachesAccounts, byWorker: true };
  const { done, objection } = await takeStep(incidents, incident, verb, who, visit.now);
  if (done === undefined) return { problem: objection === undefined || objection === "stale" ? frameTexts.stale : t.objections[objection] };
  if (done !== "begun") return { done };
  if (!(await mark())) return { problem: frameTexts.stale };
  // A failed start does not matter: every few minutes, the worker looks for requested work.
  await incidentWork.start({}).catch(() => undefined);
  return { done };
}

/**
 * Names of the texts for the next step, by the incident's state. `lookAgain` is for accounts that were not found, or that Graph refused to
 * change.
 */
const ways: Partial<Record<Incident["state"], "act" | "goOn" | "lookAgain">> = { open: "act", acting: "goOn", acted: "lookAgain" };

export function stepForm(visit: Visit, incident: Incident) {
  const { id, state, outcome = {} } = incident;
  const askedStep = findStep(incident, "asked");
  const { reachesAccounts = false } = visit.world;
  const [act, left] = [objectionTo(visit, "act", incident), countNotDisabled(outcome)];
  const acts = act === undefined && (state !== "acted" || left > 0) ? ways[state] : undefined;
  const form = act !== "second-person" ? acts : askedStep === undefined ? "ask" : "confirm";
  if (form === undefined) return null;
  const objection = form === "confirm" ? objectionTo(visit, form, incident) : undefined;
  if (objection !== undefined) return <p>{t.objections[objection]}</p>;
  const actHint = t.actHint(reachesAccounts);
  const lookAgain = t.lookAgainHint(countText(visit, left));
  const hints = {
    act: actHint,
    goOn: actHint,
    lookAgain,
    ask: t.askHint,
    confirm: t.confirmHint(visible(askedStep?.name ?? askedStep?.by ?? "")),
  };
  return (
    <QuestionForm
      visit={visit}
      class="card narrow"
      action={`${INCIDENTS_PATH}/${form === "confirm" ? form : "act"}`}
      hidden={{ id }}
      word={numberOfPeople(incident)}
      button={{ text: t.steps[form], class: form === "ask" ? undefined : "danger" }}
    >
      <h2>{t.steps[form]}</h2>
      <p>{hints[form]}</p>
    </QuestionForm>
  );
}

export function numberOfPeople({ people }: Incident): AskedWord {
  return { field: "people", word: String(people) };
}

/** The command that undoes the incident, if the stack cannot. */
export function undoCommand(visit: Visit, incident: Incident) {
  return mayUndo(visit, incident) && needsAccounts(visit, "undo", incident) ? (
    <p>
      {t.toUndo} <code>{`npm run gate -- incident undo ${incident.id}`}</code>
    </p>
  ) : undefined;
}

function mayUndo(visit: Visit, incident: Incident): boolean {
  return visit.may("Administrator") && objectionTo(visit, "undo", incident) === undefined;
}

/** Asks for no word, because an Undo can itself be reversed. */
export function undoButton(visit: Visit, incident: Incident) {
  const isAtIt = incident.state === "undoing" && isUnderWay(incident);
  if (isAtIt || !mayUndo(visit, incident) || needsAccounts(visit, "undo", incident)) return undefined;
  const asks = undoAsks(incident);
  return (
    <PostForm
      visit={visit}
      action={`${INCIDENTS_PATH}/undo`}
      class="row-action"
      // A form that asks for no confirmation sends SURE. Without SURE, the visitor would be asked after all if running work ended before
      // the click.
      hidden={{ id: incident.id, ...(asks ? {} : SURE) }}
      data-asks={asks ? "" : undefined}
    >
      <SubmitButton text={asks ? `${frameTexts.undo}…` : frameTexts.undo} class="quiet" />
    </PostForm>
  );
}

export const ENABLE_PATH = `${INCIDENTS_PATH}/enable`;

/** Enables one person's account and reverts the entries that deny the person. */
export function enableForm(visit: Visit, incident: Incident, person: string, back: string) {
  const mayNow = visit.may("Administrator") && visit.world.reachesAccounts && !isUnderWay(incident);
  if (!mayNow || objectionTo(visit, "enable", incident) !== undefined) return undefined;
  return (
    <PostForm visit={visit} action={ENABLE_PATH} class="row-action" hidden={{ id: incident.id, person, back }}>
      <SubmitButton text={t.enableOne} class="quiet" />
    </PostForm>
  );
}

/** If an incident has more people than this, Undo first shows what it does. But an Undo that stops running work is done at once. */
const AT_ONE_CLICK = 10;

export function undoAsks(incident: Incident): boolean {
  return incident.state === "acted" && incident.people > AT_ONE_CLICK && !isUnderWay(incident);
}

export async function undoQuestion(visit: Visit, { id, people, outcome = {}, changeSet, selection }: Incident): Promise<Response> {
  const storedChangeSet = changeSet === undefined ? undefined : await visit.world.changes.get(changeSet);
  const entries = storedChangeSet === undefined ? 0 : storedChangeSet.added + storedChangeSet.changed;
  const domain = selection.denyDomain ? ` ${t.domainToo(visible(selection.domain ?? ""))}` : "";
  return await askQuestion(visit, {
    title: t.undoAsked(countText(visit, people)),
    effect: <p>{`${t.undoDoes(countText(visit, countStillDisabled({ outcome })), countText(visit, entries))}${domain}`}</p>,
    action: `${INCIDENTS_PATH}/undo`,
    hidden: { id, ...SURE },
    button: { text: frameTexts.undo, class: "danger" },
    back: incidentPath(id),
  });
}

/** Returns true if only a command can enable the accounts. This is so if the stack may not change accounts and a command disabled them. */
function needsAccounts({ world }: Visit, verb: "undo" | "enable", { outcome = {} }: Incident): boolean {
  return !world.reachesAccounts && (verb === "enable" || toEnable.some((state) => outcome[state] !== undefined));
}
