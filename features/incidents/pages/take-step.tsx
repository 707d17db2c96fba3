import type { Concern, Reviewed } from "../../../adapters/operator/act";
import type { Visit } from "../../../console/app/visit";
import { PostForm, SURE, SubmitButton } from "../../../console/parts/forms";
import { type AskedWord, askQuestion, QuestionForm } from "../../../console/parts/question";
import { momentText } from "../../../console/parts/time";
import { countText, visible } from "../../../console/parts/value";
import { frameTexts } from "../../../console/texts/frame-texts";
import { type StepInput, type StepState, type StepTarget, stepActs } from "../acts";
import type { Incident, IncidentPerson } from "../incident";
import { countNotDisabled, findStep, type IncidentVerb, isUnderWay } from "../steps";
import { incidentTexts as t } from "./incidents-texts";

export const INCIDENTS_PATH = "/incidents";

export function incidentPath(id: string): string {
  return `${INCIDENTS_PATH}?id=${encodeURIComponent(id)}`;
}

/** All the visitor's names in Entra count, because a command may have recorded the visitor under any of them. */
const describeVisitor = ({ session: { userNames } }: Visit) => ({ decider: { names: userNames ?? [] } });

function stepInput({ world }: Visit): StepInput {
  return { listOnly: !world.reachesAccounts, byWorker: true };
}

/** Returns what speaks against a step of an incident that the page has read. */
export function stepConcerns(visit: Visit, verb: IncidentVerb, incident: Incident, member?: IncidentPerson) {
  const state = { incident, outcome: incident.outcome ?? {}, member, now: visit.now };
  return stepActs[verb].concerns(state, stepInput(visit), { ...visit.author, via: "console", ...describeVisitor(visit) });
}

function isRefused([concern]: readonly Concern[]): boolean {
  return concern?.weight === "refused";
}

export async function reviewStep(visit: Visit, verb: IncidentVerb, id: string): Promise<Reviewed<StepState>> {
  const [reviewed] = await visit.review(stepActs[verb], [{ id }], stepInput(visit), describeVisitor(visit));
  return reviewed as Reviewed<StepState>;
}

/** @param state the target's, if the page has just read it */
export async function tryStep(
  visit: Visit,
  verb: IncidentVerb,
  target: StepTarget,
  state?: StepState,
): Promise<{ readonly done?: string; readonly problem?: string }> {
  const attempt = { target, input: stepInput(visit), answered: "all", ...(state && { state }) } as const;
  const result = await visit.carryOut(stepActs[verb], attempt, describeVisitor(visit));
  if (result.kind === "changed") return { problem: frameTexts.stale };
  if (result.kind === "stopped") return { problem: result.concerns[0].text(momentText) };
  const { done } = result.outcome;
  // A failed start does not matter: every few minutes, the worker looks for requested work.
  if (done === "begun") await visit.world.incidentWork.start({}).catch(() => undefined);
  return { done };
}

/**
 * Names of the texts for the next step, by the incident's state. `lookAgain` is for accounts that were not found, or that Graph refused to
 * change.
 */
const ways: Partial<Record<Incident["state"], "act" | "goOn" | "lookAgain">> = { open: "act", acting: "goOn", acted: "lookAgain" };

export function stepForm(visit: Visit, incident: Incident) {
  const { id, state, outcome = {} } = incident;
  const left = countNotDisabled(outcome);
  const [act] = stepConcerns(visit, "act", incident);
  const isOver = act?.weight === "refused" || (state === "acted" && left === 0);
  const asked = findStep(incident, "asked") === undefined ? "ask" : "confirm";
  const form = act?.code === "second-person" ? asked : isOver ? undefined : ways[state];
  if (form === undefined) return null;
  const [concern] = form === "confirm" ? stepConcerns(visit, form, incident) : [act];
  const hint = form === "lookAgain" ? t.lookAgainHint(countText(visit, left)) : visible(concern?.text(momentText) ?? "");
  if (concern?.weight === "refused") return <p>{hint}</p>;
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
      <p>{hint}</p>
    </QuestionForm>
  );
}

export function numberOfPeople({ people }: Incident): AskedWord {
  return { field: "people", word: String(people) };
}

/** The command that undoes the incident, if the stack cannot. */
export function undoCommand(visit: Visit, incident: Incident) {
  return visit.may("Administrator") && stepConcerns(visit, "undo", incident)[0]?.code === "no-accounts" ? (
    <p>
      {t.toUndo} <code>{`npm run gate -- incident undo ${incident.id}`}</code>
    </p>
  ) : undefined;
}

/** Asks for no word, because an Undo can itself be reversed. */
export function undoButton(visit: Visit, incident: Incident) {
  const isAtIt = incident.state === "undoing" && isUnderWay(incident);
  if (isAtIt || !visit.may("Administrator") || isRefused(stepConcerns(visit, "undo", incident))) return undefined;
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
export function enableForm(visit: Visit, incident: Incident, member: IncidentPerson, back: string) {
  const mayNow = visit.may("Administrator") && !isUnderWay(incident);
  if (!mayNow || isRefused(stepConcerns(visit, "enable", incident, member))) return undefined;
  return (
    <PostForm visit={visit} action={ENABLE_PATH} class="row-action" hidden={{ id: incident.id, person: member.person, back }}>
      <SubmitButton text={t.enableOne} class="quiet" />
    </PostForm>
  );
}

/** If an incident has more people than this, Undo first shows what it does. But an Undo that stops running work is done at once. */
const AT_ONE_CLICK = 10;

export function undoAsks(incident: Incident): boolean {
  return incident.state === "acted" && incident.people > AT_ONE_CLICK && !isUnderWay(incident);
}

export async function undoQuestion(visit: Visit, { id, people }: Incident, concerns: readonly Concern[]): Promise<Response> {
  return await askQuestion(visit, {
    title: t.undoAsked(countText(visit, people)),
    effect: <p>{visible(concerns.map(({ text }) => text(momentText)).join(" "))}</p>,
    action: `${INCIDENTS_PATH}/undo`,
    hidden: { id, ...SURE },
    button: { text: frameTexts.undo, class: "danger" },
    back: incidentPath(id),
  });
}
