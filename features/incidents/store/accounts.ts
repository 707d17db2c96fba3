import { type GraphClient, GraphError } from "../../../adapters/graph/graph";
import { accountOfId, accountsOfAddress, accountsOfIdentity, setSignIn } from "../../../adapters/graph/sign-in-state";
import type { DynamoTable } from "../../../adapters/tables/table";
import type { DirectoryAccount } from "../../../engine/directory-account";
import type { PersonHashes } from "../../../engine/sign-up/person";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import type { DecisionStore } from "../../decisions/store/decisions";
import { accountOfJourney } from "../../external-tenant/store/journey-account";
import { enabling, fateOfAccount, fateOfUndoing, toDisable, toEnable } from "../account";
import type { Incident, IncidentPerson, PersonState } from "../incident";
import { jobOf } from "../job";
import { IncidentChangedError, type IncidentStore } from "./incidents";

/** 200 people a minute. */
const PERSON_MS = 300;
/** After this many refusals without a success, the application lacks the permission: the run stops. */
const MOST_REFUSED = 5;

export interface AccountPorts {
  readonly incidents: IncidentStore;
  readonly decisions: Pick<DecisionStore, "whole">;
  /** Contains the journeys that lead from a decision to its account. */
  readonly ledger: DynamoTable;
  readonly hashes: PersonHashes;
  readonly graph: Pick<GraphClient, "get" | "patch" | "address" | "pause">;
  readonly issuer?: string | undefined;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  /** Called after each person. In an undo, only for those whose accounts were disabled. */
  onDone(): void;
}

/** Disables exactly the accounts that the selected decisions made. A repeat after a crash skips completed people. */
export async function disableAccounts({ id }: Incident, ports: AccountPorts): Promise<void> {
  const turn = turns(ports);
  let done = 0;
  let refused = 0;
  for await (const people of ports.incidents.people(id)) {
    const records = new Map((await ports.decisions.whole(people)).map((record) => [record.id, record]));
    for (const person of people) {
      if (!toDisable.includes(person.state)) {
        ports.onDone();
        continue;
      }
      // Minutes may have passed: stop if somebody undoes the incident meanwhile.
      const current = await ports.incidents.get(id);
      if (current?.state !== "acting" || jobOf(current)?.verb === "undo") throw new IncidentChangedError(id);
      const state = await turn(() => disable(id, person, records.get(person.id), ports));
      if (state === "disabled") done += 1;
      if (state instanceof GraphError) refused += 1;
      if (state instanceof GraphError && done === 0 && refused >= MOST_REFUSED) throw state;
    }
  }
}

/**
 * Enables the accounts that acting disabled, if they are still disabled. @param comesBack by a person's keyed hash. @returns Graph's last
 * refusal
 */
export async function enableAccounts(
  { id }: Incident,
  ports: AccountPorts,
  comesBack: (person: string) => boolean,
): Promise<GraphError | undefined> {
  const turn = turns(ports);
  let refusal: GraphError | undefined;
  for await (const people of ports.incidents.people(id)) {
    for (const person of people) {
      if (toEnable.includes(person.state) && comesBack(person.person)) {
        refusal = (await turn(() => enable(id, person, ports))) ?? refusal;
      } else if (enabling.includes(person.state)) ports.onDone();
    }
  }
  return refusal;
}

/** Runs the work of one person at a time, at the pace of `PERSON_MS`. */
function turns({ graph, now, signal, onDone }: Pick<AccountPorts, "graph" | "now" | "signal" | "onDone">) {
  return async <T>(work: () => Promise<T>): Promise<T> => {
    signal.throwIfAborted();
    const began = now().getTime();
    const result = await work();
    onDone();
    await graph.pause(Math.max(PERSON_MS - (now().getTime() - began), 0));
    return result;
  };
}

/** Disables one person's account. @returns the new state, or Graph's refusal */
async function disable(
  incident: string,
  person: IncidentPerson,
  record: DecisionRecord | undefined,
  ports: AccountPorts,
): Promise<PersonState | GraphError> {
  const { graph, incidents } = ports;
  const end = async (state: PersonState, facts: Partial<IncidentPerson> = {}) => {
    await incidents.move(incident, person, { ...facts, state });
    return state;
  };
  const known = person.account ?? (record && (await accountOfJourney(record, ports)));
  if (known === undefined && record?.email === undefined) return await end("forgotten");
  const found = known === undefined ? await accountsOf(record, ports) : [(await accountOfId(graph, known)) ?? []].flat();
  const fate = fateOfAccount(found, { ...person, ...(known !== undefined && { account: known }) });
  if ("state" in fate) return await end(fate.state, known === undefined ? {} : { account: known });
  const account = fate.disable.id;
  // Written first: after a crash it shows that the account was enabled until we disabled it.
  if (!(await incidents.move(incident, person, { state: "disabling", account }))) return person.state;
  const own = { ...person, state: "disabling" as const };
  const settle = async (state: PersonState, code?: string) => {
    await incidents.move(incident, own, { state, ...(code !== undefined && { code }) });
    return state;
  };
  try {
    return await settle((await setSignIn(graph, account, false)) ? "disabled" : "gone");
  } catch (error) {
    if (!isRefusal(error)) throw error;
    await settle("refused", error.code);
    return error;
  }
}

/** A person who typed an address has the account that they signed in with: the address may lead to somebody else's. */
async function accountsOf(
  { email = "", emailTyped, signedInAs }: Partial<DecisionRecord> = {},
  { graph, issuer }: Pick<AccountPorts, "graph" | "issuer">,
): Promise<readonly DirectoryAccount[]> {
  if (!emailTyped) return await accountsOfAddress(graph, email, issuer);
  return signedInAs === undefined ? [] : await accountsOfIdentity(graph, { issuer: signedInAs.issuer, issuerAssignedId: signedInAs.id });
}

/** @returns Graph's refusal */
async function enable(incident: string, person: IncidentPerson, { graph, incidents, now }: AccountPorts): Promise<GraphError | undefined> {
  const { account = "" } = person;
  const fate = fateOfUndoing(await accountOfId(graph, account), person.state);
  if (fate !== "enable") {
    await incidents.move(incident, person, fate);
    return undefined;
  }
  if (!(await incidents.move(incident, person, { state: "enabling" }))) return undefined;
  const own = { ...person, state: "enabling" as const };
  try {
    const isThere = await setSignIn(graph, account, true);
    await incidents.move(incident, own, isThere ? { state: "enabled", enabledAt: now().toISOString() } : { state: "gone" });
    return undefined;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    // It is still disabled: another undo tries again.
    await incidents.move(incident, own, { state: "disabled", code: error.code });
    return error;
  }
}

/** True if Graph refuses this one account, such as an administrator's. Any other error ends the run. */
function isRefusal(error: unknown): error is GraphError {
  return error instanceof GraphError && (error.status === 400 || error.status === 403);
}
