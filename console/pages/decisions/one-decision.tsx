import { readReference } from "../../../engine/sign-up/call";
import type { Visit } from "../../app/visit";
import { shortened } from "../../parts/value";
import { decisionPanel } from "./decision-panel";
import { decisionsTexts } from "./decisions-texts";

/** A page of its own for one decision: what the panel beside a list shows, and all that is known besides. */
export async function oneDecision(visit: Visit): Promise<Response> {
  const t = visit.say(decisionsTexts);
  const typed = visit.context.req.param("reference") ?? "";
  const reference = readReference(typed);
  const records = reference === undefined ? [] : await visit.world.decisions.byReference(reference);
  const panels = await Promise.all(records.map((record) => decisionPanel({ visit, record, isPage: true })));
  return await visit.page(
    t.one(shortened(reference ?? typed, 20)),
    <>
      {records.length === 0 ? <p>{t.noneUnder}</p> : null}
      {records.length > 1 ? <p class="note">{t.several}</p> : null}
      {panels.map((panel) => (
        <article class="panel narrow">{panel}</article>
      ))}
      <p>
        <a href="/decisions">{t.back}</a>
      </p>
    </>,
    { status: records.length === 0 ? 404 : 200 },
  );
}
