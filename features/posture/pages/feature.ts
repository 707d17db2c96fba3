import type { ConsoleFeature, Visit } from "../../../console/app/visit";
import { gateName } from "../../../console/parts/gates";
import { frameTexts } from "../../../console/texts/frame-texts";
import { groupBy } from "../../../engine/collections";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import { outcomesIn, sumFigures } from "../../counts/counts";
import { lastHours, lastStepAt, readHours } from "../../counts/pages/counted-hours";
import type { DecisionStore } from "../../decisions/store/decisions";
import { findIdleMode } from "../acts";
import { modeNames } from "../words";
import { type PostureStore, postureStore } from "../world";
import { routes } from "./posture";
import { GateMenu, gateRows, POSTURE_PATH, PostureBanner, readSetGates } from "./posture-menu";
import { postureTexts as t } from "./posture-texts";

declare module "../../../console/app/ports" {
  interface ConsolePorts {
    readonly postures: PostureStore;
  }
}

export const pages = {
  order: 45,
  ports: ({ tables, nameOf }) => ({ postures: postureStore(tables, nameOf("decisions")) }),
  routes,
  commands: [
    { path: POSTURE_PATH, access: "Administrator", name: { en: "Set a gate…", ko: "게이트 설정…" }, icon: "gate" },
    { path: `${POSTURE_PATH}?state=closed`, access: "Administrator", name: { en: "Close a gate…", ko: "게이트 닫기…" }, icon: "gate" },
  ],
  async everyPage(visit) {
    const rows = await gateRows(visit);
    return { bar: GateMenu({ visit, rows }), banner: await PostureBanner({ visit, rows }) };
  },
  trailed: {
    table: "posture",
    pathOf: () => POSTURE_PATH,
    telling: ["state", "until", "reason"],
    subjectText: (_, subject) => gateName(subject.slice("posture/".length)),
    // The names are read for each page, because they are in the visitor's language.
    get names() {
      return { state: frameTexts.state, from: t.from, until: frameTexts.until, reason: frameTexts.reason, surgeUntil: t.surge };
    },
    onlyNamed: () => true,
    cellText: (_, name, text) => (name === "state" ? (modeNames as Readonly<Record<string, string>>)[text] : undefined),
  },
  done: readSetGates,
  numbers: keptOut,
} satisfies ConsoleFeature;

/** Number of newest decisions used to estimate the share of people who were let in without an entry that allows them. */
const LOOKED_AT = 1_000;

/**
 * Estimates how many people of the last day each posture would stop. `closed` and `listed` offer no approval, so people who waited count
 * too.
 */
async function keptOut(visit: Visit): Promise<Readonly<Record<string, string>>> {
  // Only administrators set a gate.
  if (!visit.may("Administrator")) return {};
  const { decisions }: { readonly decisions: DecisionStore } = visit.world;
  const day = { from: new Date(visit.now.getTime() - MS_PER_DAY), to: visit.now };
  const [read, { items }] = await Promise.all([
    readHours(visit, lastHours(visit)),
    decisions.page({ ...day, having: { verdict: "continue" }, lookAt: LOOKED_AT }),
  ]);
  const hours = groupBy(read, ({ gate }) => gate);
  const number = (count: number) => count.toLocaleString(visit.language);
  return Object.fromEntries(
    visit.world.gates.flatMap((gate) => {
      const step = lastStepAt(visit, gate);
      const { continue: letIn, waiting } = outcomesIn(sumFigures(hours.get(gate) ?? [], step));
      const newest = items.filter((each) => (each.gate ?? DEFAULT_GATE) === gate && each.step === step);
      const entryless = newest.filter(({ entry }) => entry === undefined).length;
      // If no decision was read, the share is unknown: the result is NaN, and is not shown.
      const unlistedCount = letIn === 0 ? 0 : Math.round((letIn * entryless) / newest.length);
      const about = (count: number) => (newest.length < letIn ? `≈ ${number(count)}` : number(count));
      const listedFigure = [unlistedCount + waiting, t.fewer(about(unlistedCount + waiting))] as const;
      const approval =
        findIdleMode("approval", visit.world.policiesAt(gate)) === undefined
          ? ([unlistedCount, t.toApprove(about(unlistedCount))] as const)
          : listedFigure;
      return Object.entries({ closed: [letIn + waiting, t.fewer(number(letIn + waiting))] as const, listed: listedFigure, approval })
        .filter(([, [count]]) => count > 0)
        .map(([state, [, text]]) => [`${state}/${gate}`, text] as const);
    }),
  );
}
