import type { Act, Concern } from "../../../adapters/operator/act";
import type { Uses } from "../../../adapters/operator/world";
import { ownPath } from "../../../console/app/frame";
import { FORM_PAGE } from "../../../console/app/sent-form";
import type { ConsoleRoute, Visit } from "../../../console/app/visit";
import { refusalPage } from "../../../console/parts/back-link";
import { Alert, ErrorSummary, type FieldProblem, isWordTyped } from "../../../console/parts/forms";
import { minuteIn, momentText } from "../../../console/parts/time";
import { withQuery } from "../../../console/parts/with-query";
import { frameTexts } from "../../../console/texts/frame-texts";
import { MS_PER_HOUR } from "../../../engine/sign-up/time";
import { endOfDay, readClock } from "../../../engine/zone-time";
import { extendMode, setMode, undoMode } from "../acts";
import type { PostureRow } from "../change";
import { postures, readPosture } from "../posture";
import { GATE_OPENED, type GateSpan, gateForm, gateSpans, POSTURE_PATH } from "./posture-menu";
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

function handleAtGate(act: (visit: Visit, gate: string) => Promise<Response>): ConsoleRoute["handler"] {
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

async function set(visit: Visit, gate: string): Promise<Response> {
  const state = readPosture(visit.field("state"));
  if (state === undefined) return await page(visit, [gate], [{ field: "state", text: t.noState }]);
  const until = state === "open" ? undefined : endTyped(visit);
  const input = { state, reason: visit.field("reason"), until: until instanceof Date ? until : undefined };
  const [reviewed] = await visit.review(setMode, [gate], input);
  const problems = [
    ...(until === undefined || until instanceof Date ? [] : [until]),
    ...listProblems(reviewed?.concerns ?? []),
    ...(state === "closed" && !isWordTyped(visit, "closing", t.word)
      ? [{ field: "closing", text: frameTexts.mistyped(`“${t.word}”`) }]
      : []),
  ];
  return problems.length > 0 ? await page(visit, [gate], problems) : await doAct(visit, setMode, gate, input);
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

const fieldOf: Readonly<Record<string, string>> = { "no-reason": "reason", "long-reason": "reason" };

function listProblems(concerns: readonly Concern[]): readonly FieldProblem[] {
  const refusals = concerns.filter(({ weight }) => weight === "refused");
  return refusals.map(({ code, text }) => ({ field: fieldOf[code] ?? "until", text: text(momentText) }));
}

/** Does the act, unless somebody else has set the gate since the form was shown. Returns to the page, whose banner shows the result. */
async function doAct<U extends Uses, Input, State>(
  visit: Visit,
  act: Act<U, string, Input, State, PostureRow>,
  gate: string,
  input: Input,
): Promise<Response> {
  const result = await visit.carryOut(act, { target: gate, input, seen: visit.field("seen"), answered: [] });
  if (result.kind === "changed") return await page(visit, [gate], [], true);
  if (result.kind === "stopped") {
    const noUndo = result.concerns.find(({ code }) => code === "no-undo");
    return noUndo === undefined
      ? await page(visit, [gate], listProblems(result.concerns))
      : await refuse(visit, noUndo.text(momentText), 409);
  }
  const back = ownPath(visit.field(FORM_PAGE));
  return visit.goTo(result.outcome.state === "open" ? withQuery(back, `done=${GATE_OPENED}`) : back);
}

const mayAct = { access: "Administrator", hidden: ["gate", "seen"] } as const;

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
  { ...mayAct, method: "POST", path: POSTURE_PATH, handler: handleAtGate(set) },
  { ...mayAct, method: "POST", path: `${POSTURE_PATH}/undo`, handler: handleAtGate((visit, gate) => doAct(visit, undoMode, gate, {})) },
  { ...mayAct, method: "POST", path: `${POSTURE_PATH}/extend`, handler: handleAtGate((visit, gate) => doAct(visit, extendMode, gate, {})) },
];
