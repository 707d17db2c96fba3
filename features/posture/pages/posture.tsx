import { ownPath } from "../../../console/app/frame";
import { FORM_PAGE } from "../../../console/app/sent-form";
import type { ConsoleRoute, Visit } from "../../../console/app/visit";
import { refusalPage } from "../../../console/parts/back-link";
import { Alert, ErrorSummary, type FieldProblem, isWordTyped } from "../../../console/parts/forms";
import { minuteIn, momentIn } from "../../../console/parts/time";
import { withQuery } from "../../../console/parts/with-query";
import { frameTexts } from "../../../console/texts/frame-texts";
import type { Row } from "../../../engine/sign-up/rule";
import { MS_PER_HOUR } from "../../../engine/sign-up/time";
import { endOfDay, readClock } from "../../../engine/zone-time";
import { commitRow } from "../../audit/store/audited-tables";
import { changedPosture, type PostureChange, type PostureFlaw, postureFlaw } from "../change";
import { activePosture, isLimited, postures, readPosture } from "../posture";
import { changeBack } from "./gate-changes";
import { formatRowState, GATE_OPENED, type GateSpan, gateForm, gateSpans, POSTURE_PATH } from "./posture-menu";
import { postureTexts as t } from "./posture-texts";

/** The search leads to this page, and a rejected form is shown again on it. */
async function page(visit: Visit, gates: readonly string[], problems: readonly FieldProblem[] = [], conflict = false): Promise<Response> {
  const rows = await visit.world.postures.of(gates);
  const at = visit.world.gates.indexOf(gates[0] as string);
  return await visit.page(
    t.title,
    <>
      <ErrorSummary title={t.cannot} problems={problems} idOf={(field) => `${field}-${at}`} />
      {conflict ? <Alert>{frameTexts.stale}</Alert> : null}
      {gates.map((gate) => (
        <section class="card narrow">{gateForm(visit, gate, rows.get(gate), problems)}</section>
      ))}
    </>,
    { status: conflict ? 409 : problems.length > 0 ? 400 : 200 },
  );
}

function atGate(act: (visit: Visit, gate: string) => Promise<Response>): ConsoleRoute["handler"] {
  return (visit) => {
    const { gates } = visit.world;
    const namedGate = visit.field("gate");
    const gate = namedGate === "" && gates.length === 1 ? gates[0] : gates.find((each) => each === namedGate);
    return gate === undefined ? refuse(visit, t.noGate, 400) : act(visit, gate);
  };
}

function refuse(visit: Visit, why: string, status: 400 | 409): Promise<Response> {
  return refusalPage(visit, { title: t.cannot, why, back: { path: POSTURE_PATH, text: t.title }, status });
}

async function setMode(visit: Visit, gate: string): Promise<Response> {
  const state = readPosture(visit.field("state"));
  if (state === undefined) return await page(visit, [gate], [{ field: "state", text: t.noState }]);
  const until = state === "open" ? undefined : endTyped(visit);
  const change: PostureChange = {
    ...{ gate, state, reason: visit.field("reason"), ...visit.author, via: "console" },
    ...(until instanceof Date && { until }),
  };
  const flaw = postureFlaw(change, visit.now);
  const problems = [
    ...(until === undefined || until instanceof Date ? [] : [until]),
    ...(flaw === undefined ? [] : [{ field: fieldOf[flaw], text: t.flaws[flaw] }]),
    ...(state === "closed" && !isWordTyped(visit, "closing", t.word)
      ? [{ field: "closing", text: frameTexts.mistyped(`“${t.word}”`) }]
      : []),
  ];
  if (problems.length > 0) return await page(visit, [gate], problems);
  return await write(visit, await readModeRow(visit, gate), change);
}

function endTyped({ field, now, zone }: Visit): Date | FieldProblem {
  const span = gateSpans.find((each) => each === field("for"));
  if (span === undefined) return { field: "for", text: t.noSpan };
  const ends: Readonly<Record<GateSpan, () => Date | undefined>> = {
    "1h": () => new Date(now.getTime() + MS_PER_HOUR),
    "2h": () => new Date(now.getTime() + 2 * MS_PER_HOUR),
    today: () => endOfDay(readClock(now, zone).day, zone),
    until: () => minuteIn(field("until"), zone),
  };
  return ends[span]() ?? { field: "until", text: t.noMoment };
}

const fieldOf: Readonly<Record<PostureFlaw, string>> = {
  "no-reason": "reason",
  "long-reason": "reason",
  "until-past": "until",
  "until-before-from": "until",
  "open-has-no-time": "until",
};

async function readModeRow({ world }: Visit, gate: string): Promise<Row | undefined> {
  return (await world.postures.of([gate])).get(gate);
}

/**
 * Writes nothing if somebody else has set the gate since the form was shown. Otherwise returns to the page, whose banner shows the result.
 */
async function write(visit: Visit, before: Row | undefined, change: PostureChange): Promise<Response> {
  const { world, author, now, field } = visit;
  const after = changedPosture(before, change, now);
  const postureWrite = { before, after, write: world.postures.replacing(before, after) };
  const isSet = formatRowState(before) === field("seen") && (await commitRow(world.audit, "posture", postureWrite, author, now));
  if (!isSet) return await page(visit, [change.gate], [], true);
  const back = ownPath(field(FORM_PAGE));
  return visit.goTo(change.state === "open" ? withQuery(back, `done=${GATE_OPENED}`) : back);
}

async function undo(visit: Visit, gate: string): Promise<Response> {
  const row = await readModeRow(visit, gate);
  const change = row && (await changeBack(visit, gate, row));
  return change === undefined ? await refuse(visit, t.noUndo, 409) : await write(visit, row, change);
}

async function extend(visit: Visit, gate: string): Promise<Response> {
  const row = await readModeRow(visit, gate);
  const active = activePosture(row, visit.now);
  if (active === undefined || !isLimited(active)) return await page(visit, [gate], [], true);
  const until = momentIn(new Date(Date.parse(active.until) + MS_PER_HOUR).toISOString());
  if (until === undefined) return await page(visit, [gate], [{ field: "until", text: t.noMoment }]);
  return await write(visit, row, { gate, state: active.state, reason: active.reason, until, ...visit.author, via: "console" });
}

const acts = { access: "Administrator", hidden: ["gate", "seen"] } as const;

export const routes: readonly ConsoleRoute[] = [
  {
    ...{ method: "GET", path: POSTURE_PATH, access: "Reader" },
    asks: { gate: "gates", state: postures },
    handler: (visit) =>
      page(
        visit,
        visit.world.gates.filter((gate) => [gate, ""].includes(visit.query("gate"))),
      ),
  },
  { ...acts, method: "POST", path: POSTURE_PATH, handler: atGate(setMode) },
  { ...acts, method: "POST", path: `${POSTURE_PATH}/undo`, handler: atGate(undo) },
  { ...acts, method: "POST", path: `${POSTURE_PATH}/extend`, handler: atGate(extend) },
];
