import type { ConsoleFeature, Visit } from "../../../console/app/visit";
import { grouped } from "../../../engine/grouped";
import { figuresOf, lastHours, lastStepAt, readHours } from "../../counts/pages/counted-hours";
import { type PostureStore, postureStore } from "../store/postures";
import { routes } from "./posture";
import { GateMenu, gateToSet, PostureBanner } from "./posture-menu";
import { POSTURE_PATH, trailedPostures } from "./posture-parts";
import { postureTexts as t } from "./posture-texts";

declare module "../../../console/app/ports" {
  interface ConsolePorts {
    readonly postures: PostureStore;
  }
}

export const feature = {
  ports: ({ tables, nameOf }) => ({ postures: postureStore(tables, nameOf("decisions")) }),
  routes,
  commands: [{ path: POSTURE_PATH, access: "Administrator", name: { en: "Set a gate…", ko: "게이트 설정…" }, icon: "gate" }],
  async everyPage(visit) {
    const rows = await visit.world.postures.of(visit.world.gates);
    return { bar: GateMenu({ visit, rows }), banner: PostureBanner({ visit, rows }) };
  },
  search: { asked: gateToSet },
  trailed: trailedPostures,
  numbers: keptOut,
} satisfies ConsoleFeature;

/** How many fewer a day a gate would let in, were it closed: as many as it let in within the last day. */
async function keptOut(visit: Visit): Promise<Readonly<Record<string, string>>> {
  // Nobody else sees it: only they close a gate.
  if (!visit.may("Administrator")) return {};
  const hours = grouped(await readHours(visit, lastHours(visit)), ({ gate }) => gate);
  const letIn = (gate: string) => figuresOf(hours.get(gate) ?? [], lastStepAt(visit, gate)).answers.continue;
  return Object.fromEntries(
    visit.world.gates.flatMap((gate) =>
      letIn(gate) === 0 ? [] : [[`closed/${gate}`, t.fewer(letIn(gate).toLocaleString(visit.language))]],
    ),
  );
}
