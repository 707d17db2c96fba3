import type { Fault } from "../../../cli/failure";
import type { VerbHooks } from "../../../cli/verb";
import type { Row } from "../../../engine/sign-up/rule";
import { type ActivePosture, activePosture } from "../posture";
import { postureStore } from "../world";

export const hooks = {
  typedRows: {
    name: "posture",
    faults: async ({ client, decisions, gates, now, flags }) =>
      postureRowFaults(await postureStore(client, decisions).all(), gates, now, flags),
  },
} satisfies VerbHooks;

type PostureRows = ReadonlyMap<string, Row>;

/** @param place flags that name the deployment */
export function postureRowFaults(rows: PostureRows, gates: readonly string[], now: Date, place: string): readonly Fault[] {
  const unreadable = gates.flatMap((gate) => {
    const active = activePosture(rows.get(gate), now);
    return active?.unreadable === undefined ? [] : [unreadableRow(gate, active, place)];
  });
  return [...unreadable, ...gatelessRows(rows, gates)];
}

function unreadableRow(gate: string, { state, unreadable }: ActivePosture, place: string): Fault {
  return {
    id: "posture.unreadable",
    what: `The row that says how the gate ${gate} is set cannot be read, because of the column ${unreadable}: the gate is ${state}.`,
    fix: `Open the gate, or set it again: npm run gate -- gate open ${gate}${place}.`,
  };
}

export function gatelessRows(rows: PostureRows, gates: readonly string[]): readonly Fault[] {
  return [...rows.keys()]
    .filter((gate) => !gates.includes(gate))
    .map((gate) => ({
      id: "posture.no-gate",
      what: `A row sets the gate ${JSON.stringify(gate)}, which does not exist: it sets nothing. There are ${gates.join(", ")}.`,
      fix: `Remove the row from the table of decisions (reference posture, id ${gate}), and set the gate that was meant: npm run gate -- gate --help.`,
    }));
}
