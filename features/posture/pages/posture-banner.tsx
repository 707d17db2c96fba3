import type { Visit } from "../../../console/app/visit";
import { gateName, hasGates } from "../../../console/parts/gates";
import { momentText } from "../../../console/parts/time";
import { visible } from "../../../console/parts/value";
import type { Row } from "../../../engine/sign-up/rule";
import { stanceAt } from "../posture";
import { postureTexts as t } from "./posture-texts";

export const POSTURE_PATH = "/posture";

/** On every page while a gate is not open: which one, who set it, why, until when, and the way to open it. */
export function PostureBanner({ visit, rows }: { readonly visit: Visit; readonly rows: ReadonlyMap<string, Row> }) {
  const set = visit.world.gates.flatMap((gate) => {
    const stance = stanceAt(rows.get(gate), visit.now);
    return stance === undefined ? [] : [{ gate, ...stance }];
  });
  if (set.length === 0) return null;
  const mayOpen = visit.may("Administrator");
  return (
    <aside class="note bad" aria-label={t.title}>
      {set.map(({ gate, state, reason, by, until }) => (
        <p>
          <b>{t.banner(hasGates(visit) ? gateName(gate) : t.theGate, t.states[state])}</b>{" "}
          {reason === undefined ? "" : `${visible(reason)}. `}
          {[...(by === undefined ? [] : [t.setBy(visible(by))]), until === undefined ? t.forever : t.ends(momentText(until))].join(", ")}.{" "}
          <a href={`${POSTURE_PATH}?${new URLSearchParams({ gate, ...(mayOpen && { state: "open" }) })}`}>{mayOpen ? t.openNow : t.look}</a>
        </p>
      ))}
    </aside>
  );
}
