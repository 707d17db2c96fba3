import { Badge } from "../../console/parts/badge";
import { Table } from "../../console/parts/table";
import { visible } from "../../console/parts/value";
import { frameTexts } from "../../console/texts/frame-texts";
import type { Card } from "../workbench/cards";
import { pageAddress, type View } from "./layout";
import { callsMs, outcomeLooks, runOf } from "./run";
import type { FlowState } from "./state";
import { simulatorTexts } from "./texts";

/** Outcomes of all cards, one a line. @param states in the cards' order */
export function AllPart({
  cards,
  states,
  view,
}: {
  readonly cards: readonly Card[];
  readonly states: readonly FlowState[];
  readonly view: View;
}) {
  const { all: t, run, outcomes, path } = simulatorTexts;
  const runs = states.map((state, index) => ({ ...runOf(state, view), card: cards[index] as Card }));
  return (
    <section class="card">
      <h2>{t.heading(runs.length)}</h2>
      <p>{t.lead}</p>
      <Table
        caption={t.heading(runs.length)}
        columns={[
          [
            frameTexts.person,
            ({ card: { name, person } }) => (
              <>
                <a href={pageAddress(view, { card: name })}>{run.cards[name]}</a> <small>{visible(person.email)}</small>
              </>
            ),
          ],
          [frameTexts.outcome, ({ outcome }) => <Badge tone={outcomeLooks[outcome].tone}>{outcomes[outcome]}</Badge>],
          [
            t.where,
            ({ result: { account, visits } }) => {
              const last = visits.at(-1);
              return account === undefined && last !== undefined ? path.steps[last.step] : path.account;
            },
          ],
          [{ name: "ms", number: true }, ({ state }) => callsMs(state.visits)],
        ]}
        rows={runs}
      />
    </section>
  );
}
