import type { ConsoleFeature, Visit } from "../../../console/app/visit";
import { gateName } from "../../../console/parts/gates";
import { grouped } from "../../../engine/grouped";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import type { TrailedRows } from "../../audit/pages/trailed-rows";
import { figuresOf, lastHours, lastStepAt, readHours } from "../../counts/pages/counted-hours";
import { type PostureStore, postureStore } from "../store/postures";
import { gatesSet } from "./gate-changes";
import { routes } from "./posture";
import { asksApprover, GateMenu, gateToSet, POSTURE_PATH, PostureBanner } from "./posture-menu";
import { postureTexts as t } from "./posture-texts";

declare module "../../../console/app/ports" {
  interface ConsolePorts {
    readonly postures: PostureStore;
  }
}

const trailedPostures: TrailedRows = {
  table: "posture",
  pathOf: () => POSTURE_PATH,
  telling: ["state", "until", "reason"],
  subjectText: (_, subject) => gateName(subject.slice("posture/".length)),
  // Read for each page: they are in the visitor's language.
  get names() {
    return { state: t.state, from: t.from, until: t.until, reason: t.reason, surgeUntil: t.surge };
  },
  onlyNamed: () => true,
  cellText: (_, name, text) => (name === "state" ? (t.states as Readonly<Record<string, string>>)[text] : undefined),
};

export const feature = {
  ports: ({ tables, nameOf }) => ({ postures: postureStore(tables, nameOf("decisions")) }),
  routes,
  commands: [{ path: POSTURE_PATH, access: "Administrator", name: { en: "Set a gate…", ko: "게이트 설정…" }, icon: "gate" }],
  async everyPage(visit) {
    const rows = await visit.world.postures.of(visit.world.gates);
    return { bar: GateMenu({ visit, rows }), banner: await PostureBanner({ visit, rows }) };
  },
  search: { asked: gateToSet },
  trailed: trailedPostures,
  done: gatesSet,
  numbers: keptOut,
} satisfies ConsoleFeature;

/** The newest decisions that tell which share of the people let in no entry allows. */
const LOOKED_AT = 1_000;

/** Each state's effect at a gate, had it been set for the last day: Closed lets in no one, Listed only those whom an entry allows, Approval asks for the others. */
async function keptOut(visit: Visit): Promise<Readonly<Record<string, string>>> {
  // Only administrators set a gate.
  if (!visit.may("Administrator")) return {};
  const day = { from: new Date(visit.now.getTime() - MS_PER_DAY), to: visit.now };
  const [read, { items }] = await Promise.all([
    readHours(visit, lastHours(visit)),
    visit.world.decisions.page({ ...day, having: { verdict: "continue" }, lookAt: LOOKED_AT }),
  ]);
  const hours = grouped(read, ({ gate }) => gate);
  const number = (count: number) => count.toLocaleString(visit.language);
  return Object.fromEntries(
    visit.world.gates.flatMap((gate) => {
      const step = lastStepAt(visit, gate);
      const letIn = figuresOf(hours.get(gate) ?? [], step).answers.continue;
      const newest = items.filter((each) => (each.gate ?? DEFAULT_GATE) === gate && each.step === step);
      if (letIn === 0) return [];
      const closed = [`closed/${gate}`, t.fewer(number(letIn))] as const;
      if (newest.length === 0) return [closed];
      const unlisted = number(Math.round((letIn * newest.filter(({ entry }) => entry === undefined).length) / newest.length));
      const about = newest.length < letIn ? `≈ ${unlisted}` : unlisted;
      const asked = asksApprover(visit, gate) ? t.toApprove(about) : t.fewer(about);
      return [closed, [`listed/${gate}`, t.fewer(about)], [`approval/${gate}`, asked]] as const;
    }),
  );
}
