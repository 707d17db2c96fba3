import type { DoneThing } from "../../../console/app/inbox-item";
import { oncePerVisit, type Visit } from "../../../console/app/visit";
import { doerText } from "../../../console/parts/acts";
import { Alert, FieldNotes, type FieldProblem, findFieldProblem, InputField, PostForm, SubmitButton } from "../../../console/parts/forms";
import { gateName, hasGates } from "../../../console/parts/gates";
import { Icon } from "../../../console/parts/icon";
import { momentText } from "../../../console/parts/time";
import { visible } from "../../../console/parts/value";
import { frameTexts } from "../../../console/texts/frame-texts";
import type { Row } from "../../../engine/sign-up/rule";
import type { AuditEntry } from "../../audit/chain";
import { findEarlierMode, findIdleMode, isSetAs, LATELY, type ModeInput, modeSubject, modeVersion } from "../acts";
import { type ActivePosture, activePosture, isLimited, type Posture, postures, scheduledPosture } from "../posture";
import { modeNames, modeWords } from "../words";
import { postureTexts as t } from "./posture-texts";

export const POSTURE_PATH = "/posture";

type PostureRows = ReadonlyMap<string, Row>;

export const gateRows = oncePerVisit(({ world }) => world.postures.of(world.gates));

/** Reads each gate's last changes, newest first. */
const lastChanges = oncePerVisit(async ({ world }): Promise<ReadonlyMap<string, readonly AuditEntry[]>> => {
  const pages = world.gates.map((gate) => world.audit.page({ subject: modeSubject(gate) }, undefined, LATELY));
  return new Map((await Promise.all(pages)).map(({ entries }, index) => [world.gates[index] as string, entries]));
});

async function changeBack(visit: Visit, gate: string, row: Row): Promise<ModeInput | undefined> {
  return findEarlierMode((await lastChanges(visit)).get(gate) ?? [], row, visit.now);
}

function setGates({ world, now }: Visit, rows: PostureRows) {
  return world.gates.flatMap((gate) => {
    const active = activePosture(rows.get(gate), now);
    return active === undefined ? [] : [{ gate, active }];
  });
}

const looks: Readonly<Record<Posture, string>> = { open: "continue", approval: "waiting", listed: "invalid", closed: "block" };

/** The top bar has a form for each gate. On the page of gates, which has these forms itself, the bar shows only the postures. */
export function GateMenu({ visit, rows }: { readonly visit: Visit; readonly rows: PostureRows }) {
  const { gates } = visit.world;
  const gatesWithPosture = setGates(visit, rows);
  const [first] = gatesWithPosture;
  const state = gatesWithPosture.length > 1 ? t.several(gatesWithPosture.length) : modeNames[first?.active.state ?? "open"];
  const label = `${t.gateIs} ${state}`;
  const content = (
    <>
      <span class={`outcome ${looks[first?.active.state ?? "open"]}`}>
        <span class="wide-only">{t.gateIs}</span>{" "}
        {first !== undefined && gatesWithPosture.length === 1 && hasGates(visit) ? `${gateName(first.gate)}: ` : ""}
        {state}
      </span>
      <Icon name="down" />
    </>
  );
  if (visit.context.req.path.startsWith(POSTURE_PATH))
    return (
      <a class="button quiet gate" href={POSTURE_PATH} aria-label={label}>
        {content}
      </a>
    );
  return (
    <details class="menu gate" data-popover>
      <summary class="button quiet" aria-label={label}>
        {content}
      </summary>
      <div class="pop">
        {gates.map((gate) => {
          const form = gateForm(visit, gate, rows.get(gate));
          if (!hasGates(visit)) return form;
          return (
            <details name="gates">
              <summary>
                {gateName(gate)}: {modeNames[activePosture(rows.get(gate), visit.now)?.state ?? "open"]} <Icon name="down" />
              </summary>
              {form}
            </details>
          );
        })}
      </div>
    </details>
  );
}

export const gateSpans = ["1h", "2h", "today", "until"] as const;
export type GateSpan = (typeof gateSpans)[number];

type Problems = readonly FieldProblem[];

function readState(visit: Visit): string {
  return visit.context.req.path === POSTURE_PATH && !hasGates(visit) ? visit.query("state") : "";
}

export function gateForm(visit: Visit, gate: string, row: Row | undefined, problems: Problems = []) {
  const active = activePosture(row, visit.now);
  const scheduledState = scheduledPosture(row, visit.now);
  const isEditor = visit.may("Administrator");
  const id = (name: string) => `${name}-${visit.world.gates.indexOf(gate)}`;
  const states = (
    <fieldset id={id("state")}>
      <legend>{hasGates(visit) ? t.whoAt(gateName(gate)) : t.who}</legend>
      <FieldNotes id={id("state")} problem={findFieldProblem(problems, "state")} />
      {postures.map((state) => {
        const isNow = state === (active?.state ?? "open");
        const idle = findIdleMode(state, visit.world.policiesAt(gate));
        const words = (
          <span>
            <b class={`outcome ${looks[state]}`}>{modeNames[state]}</b>{" "}
            {isNow && [<span class="tag">{t.now}</span>, " ", active && <small>{endText(active)}</small>]}
            <small>
              {idle === undefined ? t.means[state] : modeWords[idle]}
              {isEditor && state !== "open" ? <span class="number" data-count={`${state}/${gate}`} hidden /> : null}
            </small>
          </span>
        );
        if (!isEditor) return <div class="choice">{words}</div>;
        return (
          <label class="choice">
            <input type="radio" name="state" value={state} checked={(visit.field("state") || readState(visit)) === state} />
            {words}
          </label>
        );
      })}
      {scheduledState?.from === undefined ? null : (
        <p class="hint">{t.scheduled(modeNames[scheduledState.state], momentText(scheduledState.from), endText(scheduledState))}</p>
      )}
    </fieldset>
  );
  if (!isEditor) return [states, <p class="hint">{t.onlyAdministrators}</p>];
  return (
    <PostForm visit={visit} class="set-gate" action={POSTURE_PATH} hidden={{ gate, seen: modeVersion(row) }}>
      {states}
      {renderUntilAndWhy(visit, id, problems)}
      <SubmitButton text={t.save} class="when-chosen" />
      <SubmitButton text={t.open} class="when-open" />
      <SubmitButton text={t.close} class="final when-closed" />
    </PostForm>
  );
}

/** @param id makes the id of a field, because a page may have the forms of several gates */
function renderUntilAndWhy(visit: Visit, id: (name: string) => string, problems: Problems) {
  const field = (name: string) => ({ id: id(name), name, value: visit.field(name), problem: findFieldProblem(problems, name) });
  const isOnlyReasonAsked = problems.length === 0 && !["", "open"].includes(readState(visit));
  return (
    <div class="when-set" data-needed="">
      <fieldset id={id("for")}>
        <legend>{t.howLong}</legend>
        <FieldNotes id={id("for")} problem={findFieldProblem(problems, "for")} />
        <div class="spans">
          {gateSpans.map((each) => (
            <label>
              <input type="radio" name="for" value={each} checked={visit.field("for") === each} /> {t.spans[each]}
            </label>
          ))}
        </div>
        <p class="when-until">
          <InputField {...field("until")} type="datetime-local" label={`${frameTexts.until} (${visit.zone})`} />
        </p>
      </fieldset>
      <p>
        <InputField {...field("reason")} label={t.why} hint={t.reasonHint} autofocus={isOnlyReasonAsked} />
      </p>
      <p class="when-closed">
        <InputField {...field("closing")} value="" label={frameTexts.typeWord(`“${t.word}”`)} />
      </p>
    </div>
  );
}

function endText({ until, unreadable }: ActivePosture): string {
  if (unreadable !== undefined) return t.unreadable;
  return until === undefined ? t.forever : t.ends(momentText(until));
}

/** Shows on every page which gates are not open. If all are open, shows only that a gate has just been opened. */
export async function PostureBanner({ visit, rows }: { readonly visit: Visit; readonly rows: PostureRows }) {
  const gatesWithPosture = setGates(visit, rows);
  if (gatesWithPosture.length === 0)
    return <Alert kind="good">{visit.done({ [GATE_OPENED]: hasGates(visit) ? t.allOpened : t.opened })}</Alert>;
  return (
    <aside class="note gates" aria-label={t.title}>
      {
        await Promise.all(
          gatesWithPosture.map(async ({ gate, active }) => (
            <div>
              <p>
                <b class={`outcome ${looks[active.state]}`}>
                  {t.banner(hasGates(visit) ? gateName(gate) : t.theGate, modeNames[active.state])}
                </b>{" "}
                {describeMode(active)}
              </p>
              {visit.may("Administrator") ? await acts(visit, gate, rows.get(gate), active) : null}
            </div>
          )),
        )
      }
    </aside>
  );
}

async function acts(visit: Visit, gate: string, row: Row | undefined, active: ActivePosture) {
  const back = row && (await changeBack(visit, gate, row));
  return (
    <>
      {back === undefined ? null : act(visit, "undo", t.back(modeNames[back.state]), gate, row)}
      {isLimited(active) ? act(visit, "extend", t.extend, gate, row) : null}
    </>
  );
}

/** The value of `done` in the page's address after a gate was opened. If all gates are open then, the banner says so. */
export const GATE_OPENED = "gate-opened";

function describeMode(active: ActivePosture): string {
  const { unreadable, reason, by } = active;
  if (unreadable !== undefined) return t.unreadable;
  const facts = [...(by === undefined ? [] : [t.setBy(visible(by))]), endText(active)];
  return `${reason === undefined ? "" : `${visible(reason)}. `}${facts.join(", ")}.`;
}

function act(visit: Visit, verb: "undo" | "extend", text: string, gate: string, row: Row | undefined) {
  return (
    <PostForm visit={visit} class="row-action" action={`${POSTURE_PATH}/${verb}`} hidden={{ gate, seen: modeVersion(row) }}>
      <SubmitButton text={text} class="quiet" aria-label={hasGates(visit) ? `${text}: ${gateName(gate)}` : undefined} />
    </PostForm>
  );
}

/** Lists each gate's last changes. Omits a change if the next one keeps its state, as an extension does. */
export async function readSetGates(visit: Visit): Promise<readonly DoneThing[]> {
  const [changes, rows] = await Promise.all([lastChanges(visit), gateRows(visit)]);
  const changePromises = [...changes].map(async ([gate, entries]) => {
    const undo = visit.may("Administrator") ? await undoOfNewest(visit, gate, rows.get(gate)) : null;
    return entries.flatMap(({ at, by, via, name = by, after }, index) => {
      const next = entries[index - 1];
      if (after === undefined || (next !== undefined && isSetAs(after, next.before) && next.after?.state === after.state)) return [];
      const { state, until } = activePosture(after, new Date(at)) ?? { state: "open" as const };
      const to = until === undefined ? modeNames[state] : `${modeNames[state]} ${t.ends(momentText(until))}`;
      const what = t.set(hasGates(visit) ? gateName(gate) : "", to);
      return [{ at, by: { id: by, name: doerText({ via, name }) }, what, undo: index === 0 ? undo : null }];
    });
  });
  return (await Promise.all(changePromises)).flat();
}

async function undoOfNewest(visit: Visit, gate: string, row: Row | undefined) {
  const { state } = activePosture(row, visit.now) ?? { state: "open" };
  const back = row?.state === state ? await changeBack(visit, gate, row) : undefined;
  return back === undefined || back.state === state ? null : act(visit, "undo", frameTexts.undo, gate, row);
}
