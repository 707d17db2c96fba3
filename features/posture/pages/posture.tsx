import type { ConsoleRoute, Visit } from "../../../console/app/visit";
import {
  Alert,
  ErrorSummary,
  type FieldProblem,
  InputField,
  PostForm,
  problemOf,
  SentField,
  SubmitButton,
} from "../../../console/parts/forms";
import { gateName } from "../../../console/parts/gates";
import { Table } from "../../../console/parts/table";
import { minuteIn, momentText } from "../../../console/parts/time";
import { isWordTyped } from "../../../console/parts/typed-word";
import { visible } from "../../../console/parts/value";
import type { Row } from "../../../engine/sign-up/rule";
import { decidesOnReferred } from "../../../engine/sign-up/rule-marks";
import { commitRow } from "../../audit/store/audited-tables";
import { changedPosture, type PostureChange, type PostureFlaw, postureFlaw } from "../change";
import { type Posture, postures, readPosture, type Stance, scheduledStance, stanceAt } from "../posture";
import { POSTURE_PATH } from "./posture-banner";
import { postureTexts as t } from "./posture-texts";

async function show(visit: Visit): Promise<Response> {
  const state = readPosture(visit.query("state")) ?? "closed";
  return await page(visit, { gate: gateOf(visit, visit.query("gate")), state, problems: [] });
}

/** What the form below the list shows. */
interface Shown {
  readonly gate: string;
  readonly state: Posture;
  readonly problems: readonly FieldProblem[];
  readonly conflict?: true;
}

async function page(visit: Visit, shown: Shown): Promise<Response> {
  const rows = await visit.world.postures.of(visit.world.gates);
  const { problems, conflict } = shown;
  const status = conflict ? 409 : problems.length > 0 ? 400 : 200;
  return await visit.page(
    t.title,
    <>
      <ErrorSummary title={t.cannot} problems={problems} />
      {conflict ? <Alert>{t.conflict}</Alert> : null}
      <Alert kind="good">{visit.done(t.done)}</Alert>
      <p class="hint">{t.hint}</p>
      <Table
        caption={t.caption}
        columns={[
          [
            t.gate,
            ({ gate }) => (
              <a href={`${POSTURE_PATH}?${new URLSearchParams({ gate })}`} aria-label={t.changeOf(gateName(gate))}>
                {gateName(gate)}
              </a>
            ),
          ],
          [t.state, stateCell],
          [t.until, ({ stance }) => (stance === undefined ? "" : endText(stance))],
          [t.by, ({ stance }) => visible(stance?.by ?? "")],
          [t.reason, ({ stance, scheduled }) => (stance?.unreadable ? t.unreadable : visible(stance?.reason ?? scheduled?.reason ?? ""))],
        ]}
        rows={visit.world.gates.map((gate) => ({
          gate,
          stance: stanceAt(rows.get(gate), visit.now),
          scheduled: scheduledStance(rows.get(gate), visit.now),
        }))}
      />
      {visit.may("Administrator") ? <SetForm visit={visit} shown={shown} row={rows.get(shown.gate)} /> : <p>{t.onlyAdministrators}</p>}
    </>,
    { status },
  );
}

function endText({ until }: Stance): string {
  return until === undefined ? t.forever : momentText(until);
}

function stateCell({ stance, scheduled }: { readonly stance: Stance | undefined; readonly scheduled: Stance | undefined }) {
  return (
    <>
      {t.states[stance?.state ?? "open"]}
      {scheduled?.from === undefined ? null : (
        <small> {t.scheduled(`${t.states[scheduled.state]}, ${momentText(scheduled.from)}`, endText(scheduled))}</small>
      )}
    </>
  );
}

function SetForm({ visit, shown, row }: { readonly visit: Visit; readonly shown: Shown; readonly row: Row | undefined }) {
  const { gate, state, problems } = shown;
  const isSet = stanceAt(row, visit.now) !== undefined || scheduledStance(row, visit.now) !== undefined;
  const field = (name: "reason" | "from" | "until", label: string, hint?: string, type?: "datetime-local") => (
    <p>
      <SentField visit={visit} problems={problems} id={name} label={label} hint={hint} {...(type && { type })} />
    </p>
  );
  return (
    <PostForm visit={visit} class="card" action={POSTURE_PATH} hidden={{ gate, seen: seenOf(row) }}>
      <h2>{t.changeOf(gateName(gate))}</h2>
      <fieldset>
        <legend>{t.state}</legend>
        {postures.map((each) => (
          <label class="choice">
            <input type="radio" name="state" value={each} checked={each === state} /> <b>{t.states[each]}</b>: {t.means[each]}
          </label>
        ))}
        {asksForApproval(visit, gate) ? null : <p class="hint">{t.noApproval}</p>}
      </fieldset>
      {field("reason", t.reason, t.reasonHint)}
      {field("from", `${t.from} (${visit.zone})`, t.fromHint, "datetime-local")}
      {field("until", `${t.until} (${visit.zone})`, t.untilHint, "datetime-local")}
      {isSet ? <p class="hint">{t.replaces}</p> : null}
      <p>
        <InputField id="confirm" label={t.type(gate)} problem={problemOf(problems, "confirm")} value="" required />
      </p>
      <SubmitButton text={t.save} class="danger" />
    </PostForm>
  );
}

function asksForApproval({ world }: Visit, gate: string): boolean {
  return world.policiesAt(gate).some(({ step, rules }) => step === "before-create-user" && rules.some(decidesOnReferred));
}

/** Identifies the state of the row that the form shows, so that a form never overwrites a newer one. */
function seenOf(row: Row | undefined): string {
  return JSON.stringify([row?.revision, row?.state, row?.since, row?.surgeSince]);
}

function gateOf({ world }: Visit, asked: string): string {
  return world.gates.find((gate) => gate === asked) ?? (world.gates[0] as string);
}

async function set(visit: Visit): Promise<Response> {
  const { world, author, now } = visit;
  const gate = gateOf(visit, visit.field("gate"));
  const state = readPosture(visit.field("state")) ?? "listed";
  const times = timesTyped(visit);
  const change: PostureChange = { gate, state, reason: visit.field("reason"), ...author, via: "console", ...times.read };
  const problems = [...times.problems, ...flawsOf(visit, change), ...mistyped(visit, gate)];
  if (problems.length > 0) return await page(visit, { gate, state, problems });
  const before = (await world.postures.of([gate])).get(gate);
  const after = changedPosture(before, change, now);
  const written = { before, after, write: world.postures.replacing(before, after) };
  const isWritten = seenOf(before) === visit.field("seen") && (await commitRow(world.audit, "posture", written, author, now));
  return isWritten ? visit.goTo(`${POSTURE_PATH}?done=set`) : await page(visit, { gate, state, problems, conflict: true });
}

function timesTyped(visit: Visit): { readonly read: Pick<PostureChange, "from" | "until">; readonly problems: readonly FieldProblem[] } {
  const given = (["from", "until"] as const).filter((name) => visit.field(name) !== "");
  const read = given.map((name) => ({ name, moment: minuteIn(visit.field(name), visit.zone) }));
  return {
    read: Object.fromEntries(read.flatMap(({ name, moment }) => (moment === undefined ? [] : [[name, moment]]))),
    problems: read.flatMap(({ name, moment }) => (moment === undefined ? [{ field: name, text: t.noMoment }] : [])),
  };
}

const fieldOf: Readonly<Record<PostureFlaw, string>> = {
  "no-reason": "reason",
  "long-reason": "reason",
  "until-past": "until",
  "until-before-from": "until",
  "open-has-no-time": "until",
};

function flawsOf(visit: Visit, change: PostureChange): readonly FieldProblem[] {
  const flaw = postureFlaw(change, visit.now);
  return flaw === undefined ? [] : [{ field: fieldOf[flaw], text: t.flaws[flaw] }];
}

function mistyped(visit: Visit, gate: string): readonly FieldProblem[] {
  return isWordTyped(visit, "confirm", gate) ? [] : [{ field: "confirm", text: t.mistyped(gate) }];
}

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: POSTURE_PATH, access: "Reader", asks: { gate: "gates", state: postures }, handler: show },
  { method: "POST", path: POSTURE_PATH, access: "Administrator", hidden: ["gate", "seen"], handler: set },
];
