import type { Act, Concern, Weight } from "../../../adapters/operator/act";
import type { WorldOf } from "../../../adapters/operator/world";
import type { Actor } from "../../../engine/audited-change";
import { isUnlikelyIssuer } from "../../../engine/sign-up/issuers";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import type { Incident } from "../incident";
import type { Selection } from "../selection";
import { incidentObjection, isOut, listKeepingOut } from "../steps";
import { openIncident, type Selected, selectPeople } from "../store/select";
import { operatorTexts as t } from "../words";
import { decisionReader, newIncidents, policyRules } from "../world";

export interface OpenTarget {
  readonly selection: Selection;
  /** Called with each page of decisions. If it throws, the selection ends. */
  onRead?(records: readonly DecisionRecord[]): void;
}

export interface OpenInput {
  /** The keyed hashes of the selected people who are meant. @default all */
  readonly people?: ReadonlySet<string>;
  /** True if shutting the people out shall deny the selection's domain, too. @default false */
  readonly denyDomain?: boolean;
}

export interface OpenState {
  readonly selected: Selected;
  /** The incidents that keep out people whom the selection may find. These people are left out. */
  readonly keepingOut: readonly Incident[];
  /** Ids of decisions that cannot be read, and so select nobody. */
  readonly unreadable: readonly string[];
  /** The rules of policies and decisions. Undefined if the selection names no rule, or one that decided. */
  readonly rules?: ReadonlySet<string> | undefined;
  readonly now: Date;
}

const uses = { incidents: newIncidents, decisions: decisionReader, policyRules };

async function select({ selection, onRead }: OpenTarget, world: WorldOf<typeof uses>, now: Date): Promise<OpenState> {
  const incidents: Incident[] = [];
  for await (const incident of world.incidents.all()) incidents.push(incident);
  const keepingOut = listKeepingOut(incidents, selection);
  const unreadable = new Set<string>();
  const decided = new Set<string>();
  const decisions = world.decisions((id) => unreadable.add(id));
  const selected = await selectPeople(decisions, selection, await world.incidents.find(keepingOut, isOut), (records) => {
    for (const { trace } of records) for (const { rule } of trace) decided.add(rule);
    onRead?.(records);
  });
  const isKnown = selection.rule === undefined || decided.has(selection.rule);
  return {
    selected,
    keepingOut,
    unreadable: [...unreadable],
    rules: isKnown ? undefined : new Set([...world.policyRules(), ...decided]),
    now,
  };
}

/** Opens an incident with the people that a selection finds. Changes nothing for them. */
export const open: Act<typeof uses, OpenTarget, OpenInput, OpenState, Incident> = {
  ...{ name: "incidents.open", may: "Administrator", uses },
  // One after the other: a selection reads any number of decisions.
  async read(targets, world, { now }) {
    const states: OpenState[] = [];
    for (const target of targets) states.push(await select(target, world, now));
    return states;
  },
  concerns({ selected, keepingOut, rules, now }, { people }, actor) {
    const { selection } = selected;
    const { provider, rule = "", network } = selection;
    const concerns: Concern[] = [];
    const add = (code: string, weight: Weight, text: Concern["text"], facts?: object) =>
      concerns.push({ code, weight, text, ...(facts && { facts }) });
    const count = people?.size ?? selected.people.size;
    if (rules !== undefined && !rules.has(rule)) add("no-rule", "refused", () => t.noRule(rule, [...rules].join(", ")));
    if (provider !== undefined && isUnlikelyIssuer(provider)) add("unknown-provider", "shown", () => t.unknownProvider(provider));
    for (const { id } of keepingOut) add("kept-out", "shown", () => t.keptOut(id), { incident: id });
    if (network !== undefined && count === 0) add("no-network", "shown", () => t.noNetwork);
    // The command keeps that nobody was found: a script that it once let pass still passes.
    if (count === 0) add("nobody", actor.via === "command" ? "shown" : "refused", () => t.objections.nobody);
    if (asksSecond(selection, count, actor, now)) add("second-person", "shown", () => t.askHint);
    return concerns;
  },
  async perform({ selected }, { people, denyDomain }, { incidents }, { actor: { by, name }, now, act }) {
    const meant = people === undefined ? selected.people : new Map([...selected.people].filter(([person]) => people.has(person)));
    const selection = { ...selected.selection, ...(denyDomain && { denyDomain }) };
    return await openIncident(incidents, { ...selected, selection, people: meant }, { by, name, act }, now);
  },
};

function asksSecond(selection: Selection, people: number, { by, name }: Actor, now: Date): boolean {
  const counts = { decisions: people, people, listed: 0, nameless: 0 };
  const incident: Incident = { id: "", at: now.toISOString(), by, name, state: "open", selection, ...counts, steps: [], expires: 0 };
  return incidentObjection("act", incident, { by, name }, now) === "second-person";
}
