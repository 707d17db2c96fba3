import { makeMember, type WorldMember } from "../../adapters/operator/world";
import { groupBy } from "../../engine/collections";
import { splitAddress } from "../../engine/sign-up/email";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import { buildPersonId, eachHash, type PersonHashes } from "../../engine/sign-up/person";
import { unwrapRule } from "../../engine/sign-up/policy";
import { type DecisionStore, decisionStore } from "../decisions/store/decisions";
import type { Incident, IncidentPerson } from "./incident";
import { findStep } from "./steps";
import { type IncidentStore, incidentPersonKey, incidentStore } from "./store/incidents";

/** The incidents, for acts. */
export const incidents: WorldMember<IncidentStore> = {
  needs: [{ table: "listChanges", actions: "GetItem Query UpdateItem" }],
  make: ({ tables, nameOf }) => incidentStore(tables, nameOf("listChanges")),
};

/** One person of an incident, for acts. */
export const incidentPeople: WorldMember<Pick<IncidentStore, "among">> = {
  needs: [{ table: "listChanges", actions: "BatchGetItem" }],
  make: (place) => makeMember(incidents, place),
};

/** The incidents, for the act that opens one. */
export const newIncidents: WorldMember<Pick<IncidentStore, "all" | "find" | "open" | "add" | "update">> = {
  needs: [{ table: "listChanges", actions: "PutItem Query UpdateItem" }],
  make: (place) => makeMember(incidents, place),
};

/** The decisions. `tell` is called with the id of each that cannot be read, which is left out. */
export const decisionReader: WorldMember<(tell: (id: string) => void) => Pick<DecisionStore, "page" | "whole">> = {
  needs: [
    { table: "decisions", actions: "BatchGetItem Query" },
    { table: "decisions indexes", actions: "Query" },
  ],
  make:
    ({ tables, nameOf }) =>
    (tell) =>
      decisionStore(tables, nameOf("decisions"), ({ id }) => tell(id)),
};

/** Returns the names of the rules of all gates. Omits policies that the door cannot read. */
export const policyRules: WorldMember<() => readonly string[]> = {
  needs: [],
  make:
    ({ gates = [DEFAULT_GATE], policiesAt }) =>
    () =>
      gates.flatMap((gate) => policiesAt?.(gate) ?? []).flatMap(({ rules }) => rules.map((each) => unwrapRule(each).name)),
};

/** An incident that disabled a person's account, and the person in it. */
export interface DisabledBy {
  readonly incident: Incident;
  readonly person: IncidentPerson;
}

interface Reading extends Pick<IncidentStore, "among"> {
  /** Newest first. */
  readonly incidents: readonly Incident[];
  hashes(): Promise<PersonHashes>;
}

/** Finds the incidents that disabled each person's account, newest first. Includes accounts that were enabled again. */
export async function findDisabled(
  emails: readonly string[],
  { incidents, among, hashes }: Reading,
): Promise<ReadonlyMap<string, readonly DisabledBy[]>> {
  const lately = incidents.filter((incident) => findStep(incident, "acting") !== undefined);
  const ofDomains = emails.flatMap((email) => {
    const may = lately.filter(({ selection }) => [undefined, splitAddress(email).domain].includes(selection.domain));
    return may.map((incident) => ({ email, incident }));
  });
  if (ofDomains.length === 0) return new Map();
  const each = eachHash(await hashes());
  const maybe = ofDomains.flatMap((one) =>
    each.map((hashOf) => ({ ...one, id: one.incident.id, person: buildPersonId(one.email, hashOf) })),
  );
  const peopleByKey = await among(maybe);
  const found = maybe.flatMap((one) => {
    const person = peopleByKey.get(incidentPersonKey(one));
    if (person === undefined || !["disabled", "enabling", "enabled"].includes(person.state)) return [];
    return [{ email: one.email, incident: one.incident, person }];
  });
  return groupBy(found, ({ email }) => email);
}

/** Finds the incident that disabled each person's account, the newest one, unless somebody has enabled it since. */
export const disabledByIncident: WorldMember<(emails: readonly string[]) => Promise<ReadonlyMap<string, Incident>>> = {
  needs: [{ table: "listChanges", actions: "BatchGetItem Query" }],
  make({ tables, nameOf, hashes, lacks, readPart = (_part, _without, read) => read() }) {
    async function read(emails: readonly string[]): Promise<ReadonlyMap<string, Incident>> {
      if (lacks?.("listChanges")) return new Map();
      const store = incidentStore(tables, nameOf("listChanges"));
      const incidents: Incident[] = [];
      for await (const incident of store.all()) incidents.push(incident);
      const found = await findDisabled(emails, { incidents, among: store.among, hashes });
      return new Map(
        [...found].flatMap(([email, by]) => {
          const [last] = by.filter(({ person }) => person.state !== "enabled");
          return last === undefined ? [] : [[email, last.incident] as const];
        }),
      );
    }
    return (emails) => readPart("incidents", new Map(), () => read(emails));
  },
};
