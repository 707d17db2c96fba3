import type { EditedRows } from "../../adapters/tables/edited-rows";
import type { Rows } from "../../adapters/tables/rows";
import type { AnyTableName } from "../../adapters/tables/tables";
import type { World } from "../../adapters/world";
import type { DomainEvent } from "../../engine/events/event-kind";
import type { PersonHashes } from "../../engine/sign-up/person";
import type { Policy } from "../../engine/sign-up/policy";
import type { Clock } from "../../engine/sign-up/time";
import type { Seals } from "../session/session";
import type { ProviderRefusal, SignIn } from "../session/sign-in";

export interface SharedPorts {
  /** Sessions, used codes. */
  readonly ledger: EditedRows;
  readonly rows: Pick<Rows, "read">;
  /** The keyed hashes of codes in the ledger. */
  hashes(): Promise<PersonHashes>;
  /** The simulator's address: only under `npm start`. */
  readonly simulatorUrl?: string;
  /** Every gate, `default` first: one, unless the app names more. */
  readonly gates: readonly string[];
  policiesAt(gate: string): readonly Policy[];
}

/** The stores that pages use. Each feature adds those that it brings: see `ConsoleFeature.ports`. */
export interface ConsolePorts extends SharedPorts {}

/** The world that features make their ports of. */
export interface ConsoleWorld extends Pick<World, "settings" | "tables" | "alarms" | "templateMetadata" | "functions"> {
  readonly clock: Pick<Clock, "now">;
  readonly shared: SharedPorts;
  nameOf(table: AnyTableName): string;
  /** Tells other systems what happened. Never rejects: it has happened whether or not the bus takes the event. */
  publish(event: DomainEvent): Promise<void>;
}

export interface AppPorts {
  readonly world: ConsolePorts;
  readonly signIn: SignIn;
  /** Read again now and then: a new session key ends all sessions. */
  seals(): Promise<Seals>;
  /** "http" on this machine alone: cookies then go without `__Host-` and Secure. */
  readonly scheme: "https" | "http";
  now(): Date;
  /** Called with each failure: names and codes alone, never what was typed. */
  report(failure: PageFailure): void;
  /** Called for each sign-in without a refresh token: its role cannot be asked for again. */
  reportNoRenewal(): void;
}

export interface PageFailure {
  readonly reference: string;
  readonly route: string;
  readonly error: unknown;
  readonly provider?: ProviderRefusal;
}
