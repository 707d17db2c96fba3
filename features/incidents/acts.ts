import { type Act, type Concern, readEach, type Weight } from "../../adapters/operator/act";
import type { Actor } from "../../engine/audited-change";
import type { ChangeSet } from "../access-list/change-set";
import { changeSets } from "../access-list/world";
import { open } from "./acts/open";
import type { Incident, IncidentOutcome, IncidentPerson } from "./incident";
import { countErased, countStillDisabled, findStep, type IncidentVerb, incidentObjection, toEnable } from "./steps";
import { incidentPersonKey } from "./store/incidents";
import { type StepTaken, takeStep } from "./store/work";
import { operatorTexts as t } from "./words";
import { incidentPeople, incidents } from "./world";

export interface StepTarget {
  readonly id: string;
  /** The keyed hash of the person to let in again. */
  readonly person?: string;
}

export interface StepInput {
  /** True if nobody can change accounts: the list alone is edited. */
  readonly listOnly: boolean;
  /** True if the incidents' function does the work. */
  readonly byWorker: boolean;
}

export interface StepState {
  readonly incident: Incident | undefined;
  /** Counts all people who are left. */
  readonly outcome: IncidentOutcome;
  /** The edit of the list that an Undo takes back. */
  readonly denies?: ChangeSet | undefined;
  readonly member?: IncidentPerson | undefined;
  readonly now: Date;
}

type StepAct = Act<typeof uses, StepTarget, StepInput, StepState, Required<Pick<StepTaken, "incident" | "done">>>;

const uses = { incidents, incidentPeople, changeSets };

function makeStep(verb: IncidentVerb, own: Partial<typeof uses> = {}): StepAct {
  return {
    ...{ name: `incidents.${verb}`, may: "Administrator", uses: { incidents, ...own } as typeof uses },
    read: readEach(async ({ id, person }, world, { now }) => {
      const incident = await world.incidents.get(id);
      const state = { incident, outcome: incident?.outcome ?? {}, now };
      if (incident === undefined) return state;
      if (person !== undefined) {
        const people = await world.incidentPeople.among([{ id, person }]);
        return { ...state, member: people.get(incidentPersonKey({ id, person })) };
      }
      if (verb !== "undo") return state;
      const denies = incident.changeSet === undefined ? undefined : await world.changeSets.get(incident.changeSet);
      return { ...state, outcome: await world.incidents.outcome(id), denies };
    }),
    concerns(state, input, actor) {
      const refusal = findRefusal(verb, state, input, actor);
      return refusal === undefined ? listQuestions(verb, state, input, actor) : [refusal];
    },
    async perform({ incident, member }, { listOnly, byWorker }, world, { actor, now, act }) {
      if (incident === undefined) return undefined;
      const taken = await takeStep(world.incidents, incident, verb, { ...toAuthor(actor), act, listOnly, byWorker }, now);
      // A second request for a second person changes nothing.
      if (taken.objection === "second-person") return { incident, done: "asked" };
      if (taken.done === undefined) return undefined;
      const isMarked = member === undefined || (await world.incidents.move(incident.id, member, { state: "enabling" }));
      return isMarked ? { incident: taken.incident, done: taken.done } : undefined;
    },
  };
}

function toAuthor({ by, name, decider }: Actor) {
  return { by, name, userNames: decider?.names };
}

function findRefusal(verb: IncidentVerb, { incident, outcome, member, now }: StepState, { listOnly }: StepInput, actor: Actor) {
  const refuse = (code: string, text: string): Concern => ({ code, weight: "refused", text: () => text });
  if (incident === undefined) return refuse("gone", t.gone);
  const objection = incidentObjection(verb, incident, toAuthor(actor), now);
  // The command repeats that somebody has to confirm.
  const isWaiting = objection === "second-person" && (actor.via === "command" || findStep(incident, "asked") === undefined);
  if (objection !== undefined && !isWaiting) return refuse(objection, t.objections[objection]);
  const needsAccounts = verb === "enable" || (verb === "undo" && toEnable.some((state) => outcome[state] !== undefined));
  if (listOnly && needsAccounts) return refuse("no-accounts", t.works.refused);
  // `enabling` may be left from a try that an error interrupted: the operator may try again.
  return verb === "enable" && member?.state !== "disabled" && member?.state !== "enabling" ? refuse("not-out", t.notOut) : undefined;
}

const formatNumber = (count: number) => count.toLocaleString("en");

function listQuestions(verb: IncidentVerb, state: StepState, { listOnly }: StepInput, actor: Actor): readonly Concern[] {
  const { incident, outcome, denies, now } = state;
  if (incident === undefined || verb === "enable") return [];
  const ask = (code: string, weight: Weight, text: () => string): Concern => ({ code, weight, text });
  if (verb === "confirm") {
    const { by, name = by } = findStep(incident, "asked") ?? incident;
    return [ask("confirms", "typed", () => t.confirmHint(name))];
  }
  if (verb === "act") {
    const isAlone = incidentObjection(verb, incident, toAuthor(actor), now) === undefined;
    return [isAlone ? ask("shuts-out", "typed", () => t.actHint(!listOnly)) : ask("second-person", "typed", () => t.askHint)];
  }
  const { domain = "", denyDomain } = incident.selection;
  const [accounts, erased] = [countStillDisabled({ outcome }), countErased(incident, outcome)];
  const entries = denies === undefined ? 0 : denies.added + denies.changed;
  return [
    ask("lets-in", "asked", () => t.undoDoes(formatNumber(accounts), formatNumber(entries))),
    ...(denyDomain ? [ask("domain-too", "asked", () => t.domainToo(domain))] : []),
    ...(erased > 0 ? [ask("erased", "shown", () => t.erased(formatNumber(erased)))] : []),
  ];
}

/** Shuts an incident's people out, or asks for a second person. */
export const shutOut = makeStep("act");
export const confirm = makeStep("confirm");
/** Lets the people of an incident in again. */
export const undo = makeStep("undo", { changeSets });
/** Lets one person in again, and enables the person's account. */
export const enable = makeStep("enable", { incidentPeople });

export const stepActs: Readonly<Record<IncidentVerb, StepAct>> = { act: shutOut, confirm, undo, enable };
export const acts = [open, shutOut, confirm, undo, enable];
