import type { NamedAuthor } from "../../../engine/author";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import type { DecisionStore } from "../../decisions/store/decisions";
import { decisionsLettingIn } from "../../decisions/store/letting-in";
import type { Incident } from "../incident";
import { fateOfDecision, type Selection, WaysIn } from "../selection";
import { incidentPersonId } from "../shut-out";
import { stepBy } from "../steps";
import type { IncidentStore } from "./incidents";

const AT_ONCE = 25;

export type SelectionCounts = Pick<Incident, "decisions" | "people" | "listed" | "nameless" | "counts">;

interface OpeningOptions {
  readonly onRead?: (count: number) => void;
  readonly without?: ReadonlySet<string>;
}

type Decisions = Pick<DecisionStore, "page" | "whole">;

/** Opens an incident with the people that the selected decisions let in. Changes nothing for them. */
export async function openIncident(
  { decisions, incidents }: { readonly decisions: Decisions; readonly incidents: IncidentStore },
  selection: Selection,
  who: NamedAuthor,
  now: Date,
  { onRead = () => undefined, without = new Set() }: OpeningOptions = {},
): Promise<Incident> {
  const nothing = { decisions: 0, people: 0, listed: 0, nameless: 0, counts: new WaysIn().top() };
  const begun = await incidents.open({ by: who.by, name: who.name, state: "selecting", selection, ...nothing }, now);
  const counts = await countSelected(decisions, selection, onRead, async (records) => {
    const added = await Promise.all(
      records.flatMap((record) => {
        const { reference, id, at } = record;
        const person = incidentPersonId(record) ?? "";
        return without.has(person) ? [] : [incidents.add(begun, { person, reference, id, at })];
      }),
    );
    return added.filter((isNew) => isNew).length;
  });
  const opened = await incidents.update(begun, ["state"], { ...counts, state: "open", ...stepBy("opened", who, begun.at) });
  if (opened === undefined) throw new Error(`The incident ${begun.id} was changed while its people were selected.`);
  return opened;
}

/** Counts the decisions of a selection. @param keep receives them in batches, and returns how many of their people are new */
export async function countSelected(
  decisions: Decisions,
  selection: Selection,
  onRead: (count: number) => void,
  keep: (records: readonly DecisionRecord[]) => Promise<number>,
): Promise<SelectionCounts> {
  const ways = new WaysIn();
  const counts = { decisions: 0, people: 0, listed: 0, nameless: 0 };
  for await (const records of decisionsLettingIn(decisions, selection)) {
    const fitting: DecisionRecord[] = [];
    for (const record of records) {
      const fate = fateOfDecision(selection, record);
      if (fate === "listed" || fate === "nameless") counts[fate] += 1;
      if (fate !== "in") continue;
      fitting.push(record);
      ways.add(record);
    }
    counts.decisions += fitting.length;
    for (let at = 0; at < fitting.length; at += AT_ONCE) counts.people += await keep(fitting.slice(at, at + AT_ONCE));
    onRead(records.length);
  }
  return { ...counts, counts: ways.top() };
}
